// SPDX-License-Identifier: LGPL-2.1-or-later
// node polars.cjs make | csv | parquet [TIMES]   make: writes Parquet files beside the CSV files; csv: from the CSV
// files to the report; parquet: from the Parquet files to the report, TIMES. D, OUT, PEERS and POLARS_MAX_THREADS
// are the environment's. Each report prints "pass SECONDS".
const fs=require('fs');
const pl=require(`${process.env.PEERS}/node_modules/nodejs-polars`);
const D=process.env.D,OUT=process.env.OUT,[mode,times]=process.argv.slice(2);
const c=pl.col,lit=pl.lit;
function load(){
 if(mode==='parquet')
  return ['households','income','sales'].map(name=>pl.readParquet(`${D}/${name}.parquet`));
 const typed=schema=>({schema,hasHeader:true});
 return [
  pl.readCSV(D+'/households.csv',typed({hid:pl.Int64,village:pl.Int32,site:pl.Int32,member:pl.Int8,join_year:pl.Int16,size:pl.Int8,gender:pl.Int8,ethnic:pl.Int8,weight:pl.Float64})),
  pl.readCSV(D+'/income.csv',typed({hid:pl.Int64,wave:pl.Int8,income:pl.Float64})),
  pl.readCSV(D+'/sales.csv',typed({hid:pl.Int64,product:pl.Int16,date:pl.Int32,qty:pl.Float64,price:pl.Float64,channel:pl.Int8,organic:pl.Int8})),
 ];
}
function w(name,df){df.writeCSV(`${OUT}/${name}.csv`)}
function report(H,I,S){
 const q=(e)=>[0.25,0.5,0.75].map((p,i)=>e.quantile(p,'linear').alias('q'+(i+1)));
 let panel=I.lazy().filter(c('income').isNotNull()).join(H.lazy().select('hid','village','site','member','size','weight'),{on:'hid',how:'inner'}).collectSync();
 const agg=g=>panel.lazy().groupBy(g).agg(c('income').count().alias('n'),c('income').mean().alias('mean'),c('weight').mul(c('income')).sum().div(c('weight').sum()).alias('wmean'),...q(c('income'))).collectSync();
 w('r1',agg(['wave','member']));
 w('r2',agg(['site','wave','member']));
 const a=panel.lazy().filter(c('wave').eq(lit(0))).select('hid','site','member',c('income').alias('b')),b=panel.lazy().filter(c('wave').eq(lit(1))).select('hid',c('income').alias('e'));
 w('r3',a.join(b,{on:'hid',how:'inner'}).groupBy(['site','member']).agg(c('b').count().alias('n'),c('e').mean().div(c('b').mean()).alias('ratio'),c('e').gtEq(c('b').mul(lit(2))).cast(pl.Float64).mean().alias('doubled')).collectSync());
 const y=c('y'),ww=c('w');const poor=y.lt(lit(2300)),gap=lit(1).sub(y.div(lit(2300)));
 w('r4',panel.lazy().select('site','wave',c('income').div(c('size').cast(pl.Float64)).alias('y'),c('weight').mul(c('size').cast(pl.Float64)).alias('w')).sort([c('y')]).groupBy(['site','wave'],true).agg(y.count().alias('n'),
   lit(1).sub(ww.mul(ww.mul(y).cumSum().mul(lit(2)).sub(ww.mul(y))).sum().div(ww.sum().mul(ww.mul(y).sum()))).alias('gini'),
   ww.mul(poor.cast(pl.Float64)).sum().div(ww.sum()).alias('fgt0'),ww.mul(poor.cast(pl.Float64)).mul(gap).sum().div(ww.sum()).alias('fgt1'),ww.mul(poor.cast(pl.Float64)).mul(gap).mul(gap).sum().div(ww.sum()).alias('fgt2')).collectSync());
 const v=panel.lazy().groupBy(['village','member','wave']).agg(c('income').count().alias('n'),c('income').sum().alias('s')).collectSync();
 {const m=[[0,0,0,0],[0,0,0,0]];const vi=v.getColumn('village').toArray(),me=v.getColumn('member').toArray(),wa=v.getColumn('wave').toArray(),n=v.getColumn('n').toArray(),ss=v.getColumn('s').toArray();const N=[0,0,0,0],SS=[0,0,0,0];
  for(let i=0;i<vi.length;i++){const k=me[i]*2+wa[i];N[k]+=+n[i];SS[k]+=+ss[i];}const mu=SS.map((x,k)=>x/N[k]);const U=new Map();for(let i=0;i<vi.length;i++){const k=me[i]*2+wa[i];const z=(+ss[i]-+n[i]*mu[k])/N[k]*((k===0||k===3)?1:-1);U.set(vi[i],(U.get(vi[i])||0)+z);}
  let uu=0;for(const u of U.values())uu+=u*u;const g=U.size,nn=N[0]+N[1]+N[2]+N[3];fs.writeFileSync(OUT+'/r5.csv',`did,se,g,n\n${mu[3]-mu[2]-mu[1]+mu[0]},${Math.sqrt(g/(g-1)*(nn-1)/(nn-4)*uu)},${g},${nn}\n`);}
 panel=null;
 const yr=c('date').cast(pl.Date).dt.year().alias('yr');
 const sp=S.lazy().select('product','organic',yr,c('qty'),c('qty').mul(c('price')).alias('v')).groupBy(['product','yr','organic']).agg(c('qty').sum().alias('q'),c('v').sum()).collectSync();
 const po=sp.filter(c('organic').eq(lit(1))).groupBy('product').agg(c('v').sum().div(c('q').sum()).alias('po')),pc=sp.filter(c('organic').eq(lit(0))).groupBy('product').agg(c('v').sum().div(c('q').sum()).alias('pc'));
 w('r6a',po.join(pc,{on:'product',how:'inner'}).withColumn(c('po').div(c('pc')).sub(lit(1)).alias('premium')));
 const pp=sp.groupBy(['product','yr']).agg(c('q').sum(),c('v').sum().div(c('q').sum()).alias('p'));
 const p0=pp.filter(c('yr').eq(lit(2013))).select('product',c('q').alias('q0'),c('p').alias('p0'));
 w('r6b',pp.join(p0,{on:'product',how:'inner'}).groupBy('yr').agg(c('p').mul(c('q0')).sum().div(c('p0').mul(c('q0')).sum()).mul(c('p').mul(c('q')).sum().div(c('p0').mul(c('q')).sum())).pow(0.5).alias('fisher')));
 let x=S.lazy().select('hid','channel',yr,c('qty').mul(c('price')).alias('v')).join(H.lazy().select('hid','join_year'),{on:'hid',how:'inner'}).withColumn(c('join_year').isNotNull().and(c('join_year').cast(pl.Int32).ltEq(c('yr'))).cast(pl.Int8).alias('mem')).groupBy(['yr','channel','mem']).agg(c('v').sum().alias('rev')).collectSync();
 w('r7',x.withColumn(c('rev').div(c('rev').sum().over('yr')).alias('shr')));
 const hr=S.lazy().select('hid',c('qty').mul(c('price')).alias('v')).groupBy('hid').agg(c('v').sum().alias('rev')).collectSync();
 w('r8a',hr.lazy().join(H.lazy().select('hid','site'),{on:'hid',how:'inner'}).groupBy('site').agg(c('rev').count().alias('n'),c('rev').mul(c('rev')).sum().div(c('rev').sum().mul(c('rev').sum())).alias('hhi')).collectSync());
 w('r8b',hr.sort({by:'rev',descending:true}).head(10));
}
if(mode==='make'){
 const tables=load();
 ['households','income','sales'].forEach((name,i)=>tables[i].writeParquet(`${D}/${name}.parquet`));
}else{
 let start=performance.now();
 const [H,I,S]=load();
 for(let k=0;k<Number(times||1);k++){
  if(k>0)start=performance.now();
  report(H,I,S);
  console.log('pass',((performance.now()-start)/1e3).toFixed(4));
 }
}
