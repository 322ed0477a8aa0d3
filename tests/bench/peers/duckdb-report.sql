-- SPDX-License-Identifier: LGPL-2.1-or-later
CREATE OR REPLACE TEMP TABLE panel AS SELECT i.hid,i.wave,i.income,h.village,h.site,h.member,h.size,h.weight FROM income i JOIN households h USING(hid) WHERE i.income IS NOT NULL;
COPY (SELECT wave,member,n,mean,wmean,q[1] q1,q[2] q2,q[3] q3 FROM (SELECT wave,member,count(*) n,avg(income) mean,sum(weight*income)/sum(weight) wmean,quantile_cont(income,[0.25,0.5,0.75]) q FROM panel GROUP BY wave,member)) TO '$OUT/r1.csv' ;
COPY (SELECT site,wave,member,n,mean,wmean,q[1] q1,q[2] q2,q[3] q3 FROM (SELECT site,wave,member,count(*) n,avg(income) mean,sum(weight*income)/sum(weight) wmean,quantile_cont(income,[0.25,0.5,0.75]) q FROM panel GROUP BY site,wave,member)) TO '$OUT/r2.csv' ;
COPY (SELECT a.site,a.member,count(*) n,avg(b.income)/avg(a.income) ratio,avg(CASE WHEN b.income>=2*a.income THEN 1.0 ELSE 0.0 END) doubled FROM panel a JOIN panel b ON a.hid=b.hid AND a.wave=0 AND b.wave=1 GROUP BY a.site,a.member) TO '$OUT/r3.csv' ;
COPY (WITH x AS (SELECT site,wave,income/size y,weight*size w FROM panel), c AS (SELECT site,wave,y,w,sum(w*y) OVER (PARTITION BY site,wave ORDER BY y ROWS UNBOUNDED PRECEDING) s FROM x) SELECT site,wave,count(*) n,1-sum(w*(2*s-w*y))/(sum(w)*sum(w*y)) gini,sum(CASE WHEN y<2300 THEN w ELSE 0 END)/sum(w) fgt0,sum(CASE WHEN y<2300 THEN w*(1-y/2300) ELSE 0 END)/sum(w) fgt1,sum(CASE WHEN y<2300 THEN w*(1-y/2300)*(1-y/2300) ELSE 0 END)/sum(w) fgt2 FROM c GROUP BY site,wave) TO '$OUT/r4.csv' ;
COPY (WITH v AS (SELECT village,member,wave,count(*) n,sum(income) s FROM panel GROUP BY 1,2,3),
 m AS (SELECT member,wave,sum(n) n,sum(s)/sum(n) mu FROM v GROUP BY 1,2),
 sc AS (SELECT village,sum(CASE WHEN v.member=0 AND v.wave=0 THEN (v.s-v.n*mu)/m.n ELSE 0 END) - sum(CASE WHEN v.member=0 AND v.wave=1 THEN (v.s-v.n*mu)/m.n ELSE 0 END) - sum(CASE WHEN v.member=1 AND v.wave=0 THEN (v.s-v.n*mu)/m.n ELSE 0 END) + sum(CASE WHEN v.member=1 AND v.wave=1 THEN (v.s-v.n*mu)/m.n ELSE 0 END) u FROM v JOIN m USING(member,wave) GROUP BY village),
 t AS (SELECT count(*)::DOUBLE g, sum(u*u) uu FROM sc), nn AS (SELECT sum(n)::DOUBLE n FROM m)
 SELECT (SELECT sum(CASE WHEN member=wave THEN mu ELSE -mu END) FROM m) did, sqrt(g/(g-1)*(n-1)/(n-4)*uu) se, g, n FROM t,nn) TO '$OUT/r5.csv' ;
CREATE OR REPLACE TEMP TABLE sp AS SELECT product,year(DATE '1970-01-01'+date) yr,organic,sum(qty) q,sum(qty*price) v FROM sales GROUP BY 1,2,3;
COPY (SELECT product,sum(v) FILTER(organic=1)/sum(q) FILTER(organic=1) po,sum(v) FILTER(organic=0)/sum(q) FILTER(organic=0) pc,(sum(v) FILTER(organic=1)/sum(q) FILTER(organic=1))/(sum(v) FILTER(organic=0)/sum(q) FILTER(organic=0))-1 premium FROM sp GROUP BY product) TO '$OUT/r6a.csv' ;
COPY (WITH p AS (SELECT product,yr,sum(q) q,sum(v)/sum(q) p FROM sp GROUP BY 1,2) SELECT b.yr,sqrt(sum(b.p*a.q)/sum(a.p*a.q)*sum(b.p*b.q)/sum(a.p*b.q)) fisher FROM p a JOIN p b USING(product) WHERE a.yr=2013 GROUP BY b.yr) TO '$OUT/r6b.csv' ;
COPY (WITH x AS (SELECT year(DATE '1970-01-01'+s.date) yr,s.channel,(h.join_year IS NOT NULL AND h.join_year<=year(DATE '1970-01-01'+s.date))::INT mem,sum(s.qty*s.price) rev FROM sales s JOIN households h USING(hid) GROUP BY 1,2,3) SELECT yr,channel,mem,rev,rev/sum(rev) OVER (PARTITION BY yr) AS shr FROM x) TO '$OUT/r7.csv' ;
CREATE OR REPLACE TEMP TABLE hr AS SELECT hid,sum(qty*price) rev FROM sales GROUP BY hid;
COPY (SELECT site,count(*) n,sum(rev*rev)/(sum(rev)*sum(rev)) hhi FROM hr JOIN households USING(hid) GROUP BY site) TO '$OUT/r8a.csv' ;
COPY (SELECT hid,rev FROM hr ORDER BY rev DESC,hid LIMIT 10) TO '$OUT/r8b.csv' ;
