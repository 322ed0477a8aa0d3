# SPDX-License-Identifier: LGPL-2.1-or-later
# Rscript datatable.R make | csv | rds [TIMES]   make: writes one RDS file beside the CSV files; csv, rds: from there to
# the report. D, OUT and DT_THREADS are the environment's. Each report prints "pass SECONDS".
suppressMessages(library(data.table))
a<-commandArgs(TRUE); mode<-a[1]; times<-if(length(a)>1) as.integer(a[2]) else 1L
setDTthreads(as.integer(Sys.getenv("DT_THREADS","1"))); D<-Sys.getenv("D"); OUT<-Sys.getenv("OUT")
load<-function(){
  if(mode!="rds") { # hid read as double: exact to 2^53, avoids needing bit64
    return(list(H=fread(file.path(D,"households.csv"),colClasses=list(double="hid"),integer64="double"),I=fread(file.path(D,"income.csv"),integer64="double"),S=fread(file.path(D,"sales.csv"),integer64="double"))) }
  r<-readRDS(file.path(D,"w.rds")); lapply(r,setDT); r }
w<-function(n,d) fwrite(d,file.path(OUT,paste0(n,".csv")))
report<-function(H,I,S){
  P<-H[,.(hid,village,site,member,size,weight)][I[!is.na(income)],on="hid"]
  agg<-function(g) P[,{q<-quantile(income,c(.25,.5,.75),names=FALSE); .(n=.N,mean=mean(income),wmean=sum(weight*income)/sum(weight),q1=q[1],q2=q[2],q3=q[3])},by=g]
  w("r1",agg(c("wave","member"))); w("r2",agg(c("site","wave","member")))
  x<-P[wave==1L,.(hid,e=income)][P[wave==0L,.(hid,site,member,b=income)],on="hid",nomatch=NULL]
  w("r3",x[,.(n=.N,ratio=mean(e)/mean(b),doubled=mean(e>=2*b)),by=.(site,member)])
  x<-P[,.(site,wave,y=income/size,w=weight*size)]; setorder(x,site,wave,y)
  w("r4",x[,{wy<-w*y; s<-cumsum(wy); W<-sum(w); p<-w*(y<2300); g<-1-y/2300; .(n=.N,gini=1-sum(w*(2*s-wy))/(W*sum(wy)),fgt0=sum(p)/W,fgt1=sum(p*g)/W,fgt2=sum(p*g*g)/W)},by=.(site,wave)])
  v<-P[,.(n=.N,s=sum(income)),by=.(village,member,wave)]; m<-v[,.(N=sum(n),mu=sum(s)/sum(n)),by=.(member,wave)]; v<-m[v,on=.(member,wave)]
  u<-v[,.(u=sum((s-n*mu)/N*ifelse(member==wave,1,-1))),by=village]; G<-nrow(u); n<-sum(m$N); mu<-function(a,b) m[member==a&wave==b,mu]
  w("r5",data.table(did=mu(1,1)-mu(1,0)-mu(0,1)+mu(0,0),se=sqrt(G/(G-1)*(n-1)/(n-4)*sum(u$u^2)),g=G,n=n)); rm(P,x)
  yt<-year(as.IDate(15706:18300)); yr<-yt[S$date-15705L]; val<-S$qty*S$price
  sp<-data.table(product=S$product,yr=yr,organic=S$organic,q=S$qty,v=val)[,.(q=sum(q),v=sum(v)),by=.(product,yr,organic)]
  t<-sp[,.(po=sum(v[organic==1])/sum(q[organic==1]),pc=sum(v[organic==0])/sum(q[organic==0])),by=product]; w("r6a",t[,premium:=po/pc-1])
  p<-sp[,.(q=sum(q),p=sum(v)/sum(q)),by=.(product,yr)]; b<-p[yr==2013,.(product,q0=q,p0=p)]; p<-b[p,on="product"]
  w("r6b",p[,.(fisher=sqrt(sum(p*q0)/sum(p0*q0)*sum(p*q)/sum(p0*q))),by=yr])
  jy<-H[S[,.(hid)],on="hid",join_year]; x<-data.table(yr=yr,channel=S$channel,mem=as.integer(!is.na(jy)&jy<=yr),v=val)[,.(rev=sum(v)),by=.(yr,channel,mem)]; x[,shr:=rev/sum(rev),by=yr]; w("r7",x)
  hr<-data.table(hid=S$hid,v=val)[,.(rev=sum(v)),by=hid]
  w("r8a",H[,.(hid,site)][hr,on="hid"][,.(n=.N,hhi=sum(rev^2)/sum(rev)^2),by=site]); w("r8b",hr[order(-rev)][1:10]) }
start<-proc.time()[[3]]; L<-load()
if(mode=="make") { saveRDS(L,file.path(D,"w.rds"),compress=FALSE) } else for(k in seq_len(times)) {
  if(k>1) start<-proc.time()[[3]]
  report(L$H,L$I,L$S); cat(sprintf("pass %.4f\n",proc.time()[[3]]-start)) }
