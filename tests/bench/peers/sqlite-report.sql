-- SPDX-License-Identifier: LGPL-2.1-or-later
PRAGMA cache_size=-2000000; PRAGMA mmap_size=8000000000; PRAGMA temp_store=MEMORY;
.mode csv
.headers on
CREATE TEMP TABLE panel AS SELECT i.hid,i.wave,i.income,h.village,h.site,h.member,h.size,h.weight FROM income i CROSS JOIN households h ON h.hid=i.hid WHERE i.income IS NOT NULL;
.once $OUT/r1.csv
WITH x AS (SELECT wave,member,income,weight,row_number() OVER g-1 rn,count(*) OVER (PARTITION BY wave,member) n FROM panel WINDOW g AS (PARTITION BY wave,member ORDER BY income)), y AS (SELECT *,(n-1)*0.25 a,(n-1)*0.5 b,(n-1)*0.75 c FROM x)
SELECT wave,member,count(*) n,avg(income) mean,sum(weight*income)/sum(weight) wmean,sum(income*max(0,1-abs(rn-a))) q1,sum(income*max(0,1-abs(rn-b))) q2,sum(income*max(0,1-abs(rn-c))) q3 FROM y GROUP BY wave,member;
.once $OUT/r2.csv
WITH x AS (SELECT site,wave,member,income,weight,row_number() OVER g-1 rn,count(*) OVER (PARTITION BY site,wave,member) n FROM panel WINDOW g AS (PARTITION BY site,wave,member ORDER BY income)), y AS (SELECT *,(n-1)*0.25 a,(n-1)*0.5 b,(n-1)*0.75 c FROM x)
SELECT site,wave,member,count(*) n,avg(income) mean,sum(weight*income)/sum(weight) wmean,sum(income*max(0,1-abs(rn-a))) q1,sum(income*max(0,1-abs(rn-b))) q2,sum(income*max(0,1-abs(rn-c))) q3 FROM y GROUP BY site,wave,member;
.once $OUT/r3.csv
WITH p AS (SELECT hid,max(site) site,max(member) member,max(CASE wave WHEN 0 THEN income END) b,max(CASE wave WHEN 1 THEN income END) e FROM panel GROUP BY hid HAVING count(*)=2)
SELECT site,member,count(*) n,avg(e)/avg(b) ratio,avg(e>=2*b) doubled FROM p GROUP BY site,member;
.once $OUT/r4.csv
WITH x AS (SELECT site,wave,income/size y,weight*size w FROM panel), c AS (SELECT site,wave,y,w,sum(w*y) OVER (PARTITION BY site,wave ORDER BY y ROWS UNBOUNDED PRECEDING) s FROM x)
SELECT site,wave,count(*) n,1-sum(w*(2*s-w*y))/(sum(w)*sum(w*y)) gini,sum((y<2300)*w)/sum(w) fgt0,sum((y<2300)*w*(1-y/2300))/sum(w) fgt1,sum((y<2300)*w*(1-y/2300)*(1-y/2300))/sum(w) fgt2 FROM c GROUP BY site,wave;
.once $OUT/r5.csv
WITH v AS (SELECT village,member,wave,count(*) n,sum(income) s FROM panel GROUP BY village,member,wave), m AS (SELECT member,wave,sum(n) mn,sum(s)/sum(n) mu FROM v GROUP BY member,wave), sc AS (SELECT village,sum((CASE WHEN member=wave THEN 1 ELSE -1 END)*(s-n*mu)/mn) u FROM v JOIN m USING(member,wave) GROUP BY village), t AS (SELECT count(*)*1.0 g,sum(u*u) uu,(SELECT sum(mn)*1.0 FROM m) nn FROM sc)
SELECT (SELECT sum(CASE WHEN member=wave THEN mu ELSE -mu END) FROM m) did,sqrt(g/(g-1)*(nn-1)/(nn-4)*uu) se,g,nn n FROM t;
CREATE TEMP TABLE sp AS SELECT product,CASE WHEN date<16071 THEN 2013 WHEN date<16436 THEN 2014 WHEN date<16801 THEN 2015 WHEN date<17167 THEN 2016 WHEN date<17532 THEN 2017 WHEN date<17897 THEN 2018 ELSE 2019 END yr,organic,sum(qty) q,sum(qty*price) v FROM sales GROUP BY 1,2,3;
.once $OUT/r6a.csv
SELECT product,sum(CASE organic WHEN 1 THEN v END)/sum(CASE organic WHEN 1 THEN q END) po,sum(CASE organic WHEN 0 THEN v END)/sum(CASE organic WHEN 0 THEN q END) pc,(sum(CASE organic WHEN 1 THEN v END)/sum(CASE organic WHEN 1 THEN q END))/(sum(CASE organic WHEN 0 THEN v END)/sum(CASE organic WHEN 0 THEN q END))-1 premium FROM sp GROUP BY product;
.once $OUT/r6b.csv
WITH p AS (SELECT product,yr,sum(q) q,sum(v)/sum(q) p FROM sp GROUP BY 1,2) SELECT b.yr,sqrt(sum(b.p*a.q)/sum(a.p*a.q)*sum(b.p*b.q)/sum(a.p*b.q)) fisher FROM p a JOIN p b USING(product) WHERE a.yr=2013 GROUP BY b.yr;
.once $OUT/r7.csv
WITH x AS (SELECT CASE WHEN date<16071 THEN 2013 WHEN date<16436 THEN 2014 WHEN date<16801 THEN 2015 WHEN date<17167 THEN 2016 WHEN date<17532 THEN 2017 WHEN date<17897 THEN 2018 ELSE 2019 END yr,channel,join_year,sum(qty*price) rev FROM sales s CROSS JOIN households h ON h.hid=s.hid GROUP BY 1,2,3), y AS (SELECT yr,channel,(join_year IS NOT NULL AND join_year<=yr) mem,sum(rev) rev FROM x GROUP BY 1,2,3) SELECT yr,channel,mem,rev,rev/sum(rev) OVER (PARTITION BY yr) shr FROM y;
CREATE TEMP TABLE hr AS SELECT hid,sum(qty*price) rev FROM sales GROUP BY hid;
.once $OUT/r8a.csv
SELECT site,count(*) n,sum(rev*rev)/(sum(rev)*sum(rev)) hhi FROM hr CROSS JOIN households h ON h.hid=hr.hid GROUP BY site;
.once $OUT/r8b.csv
SELECT hid,rev FROM hr ORDER BY rev DESC,hid LIMIT 10;
