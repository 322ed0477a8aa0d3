#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""pandas_report.py csv | bin [TIMES]   from the CSV files, or from columns as numpy reads them fastest, to the report.
D and OUT are the environment's. Each report prints "pass SECONDS"."""
import os
import sys
import time

import numpy as np
import pandas as pd

D, OUT, mode = os.environ['D'], os.environ['OUT'], sys.argv[1]
times = int(sys.argv[2]) if len(sys.argv) > 2 else 1


def load():
    if mode=='csv':
        i8,i16,i32,f8='int8','int16','int32','float64'
        return (pd.read_csv(D+'/households.csv',engine='c',dtype=dict(hid='int64',village=i32,site=i32,member=i8,join_year='float32',size=i8,gender=i8,ethnic=i8,weight=f8)),
                pd.read_csv(D+'/income.csv',dtype=dict(hid='int64',wave=i8,income=f8)),
                pd.read_csv(D+'/sales.csv',dtype=dict(hid='int64',product=i16,date=i32,qty=f8,price=f8,channel=i8,organic=i8)))
    ty=dict(i64='<i8',i32='<i4',i16='<i2',i8='i1',f64='<f8')
    def c(p,**k): return pd.DataFrame({n:np.fromfile(f'{D}/{p}_{f}',ty[f.split('.')[1]]) for n,f in k.items()},copy=False)
    return (c('h',hid='hid.i64',village='village.i32',site='site.i32',member='member.i8',join_year='join.i16',size='size.i8',gender='gender.i8',ethnic='ethnic.i8',weight='weight.f64'),
            c('i',hid='hid.i64',wave='wave.i8',income='income.f64'),
            c('s',hid='hid.i64',product='product.i16',date='date.i32',qty='qty.f64',price='price.f64',channel='channel.i8',organic='organic.i8'))


def report(H,I,S):
    w=lambda n,d,**k: d.to_csv(f'{OUT}/{n}.csv',index=False)
    P=I[I.income.notna()].merge(H[['hid','village','site','member','size','weight']],on='hid')
    P['wi']=P.weight*P.income
    def agg(g):
        b=P.groupby(g,sort=False); q=b.income.quantile([.25,.5,.75]).unstack(); q.columns=['q1','q2','q3']
        a=b.agg(n=('income','count'),mean=('income','mean'),wi=('wi','sum'),w=('weight','sum')); a['wmean']=a.wi/a.w
        return a.join(q)[['n','mean','wmean','q1','q2','q3']].reset_index()
    w('r1',agg(['wave','member'])); w('r2',agg(['site','wave','member']))
    a=P.loc[P.wave==0,['hid','site','member','income']].merge(P.loc[P.wave==1,['hid','income']],on='hid',suffixes=('','_e')); a['d']=(a.income_e>=2*a.income).astype(float)
    r=a.groupby(['site','member']).agg(n=('d','count'),b=('income','mean'),e=('income_e','mean'),doubled=('d','mean')).reset_index(); r['ratio']=r.e/r.b; w('r3',r[['site','member','n','ratio','doubled']])
    x=pd.DataFrame(dict(g=P.site.values*2+P.wave.values,y=P.income.values/P['size'].values,w=P.weight.values*P['size'].values))
    o=np.lexsort((x.y.values,x.g.values)); g,y,ww=x.g.values[o],x.y.values[o],x.w.values[o]
    st=np.flatnonzero(np.r_[True,g[1:]!=g[:-1]]); red=lambda v: np.add.reduceat(v,st)
    wy=ww*y; cs=np.cumsum(wy); off=np.r_[0,cs[st[1:]-1]]; s=cs-np.repeat(off,np.diff(np.r_[st,len(g)]))
    poor=ww*(y<2300); gap=1-y/2300; W=red(ww)
    w('r4',pd.DataFrame(dict(site=g[st]//2,wave=g[st]%2,n=np.diff(np.r_[st,len(g)]),gini=1-red(ww*(2*s-wy))/(W*red(wy)),fgt0=red(poor)/W,fgt1=red(poor*gap)/W,fgt2=red(poor*gap*gap)/W)))
    v=P.groupby(['village','member','wave']).income.agg(['count','sum']).reset_index(); m=v.groupby(['member','wave'])[['count','sum']].sum(); m['mu']=m['sum']/m['count']
    v=v.join(m[['mu','count']].rename(columns={'count':'N'}),on=['member','wave']); v['u']=(v['sum']-v['count']*v.mu)/v.N*np.where(v.member==v.wave,1,-1)
    u=v.groupby('village').u.sum(); G,n=len(u),m['count'].sum(); mu=m.mu
    w('r5',pd.DataFrame([dict(did=mu[1,1]-mu[1,0]-mu[0,1]+mu[0,0],se=np.sqrt(G/(G-1)*(n-1)/(n-4)*(u*u).sum()),g=G,n=n)])); del P,a,x,o,g,y,ww,wy,cs,s,poor,gap
    yr=S.date.values.astype('datetime64[D]').astype('datetime64[Y]').astype('int16')+1970; val=S.qty.values*S.price.values
    X=pd.DataFrame(dict(product=S['product'].values,yr=yr,organic=S.organic.values,q=S.qty.values,v=val),copy=False)
    sp=X.groupby(['product','yr','organic'],sort=False)[['q','v']].sum().reset_index()
    t=sp.groupby(['product','organic'])[['q','v']].sum(); t=(t.v/t.q).unstack(); w('r6a',pd.DataFrame(dict(product=t.index,po=t[1].values,pc=t[0].values,premium=(t[1]/t[0]-1).values)))
    p=sp.groupby(['product','yr'])[['q','v']].sum().reset_index(); p['p']=p.v/p.q; b=p[p.yr==2013][['product','q','p']].rename(columns=dict(q='q0',p='p0')); p=p.merge(b,on='product')
    p=p.assign(a=p.p*p.q0,b=p.p0*p.q0,c=p.p*p.q,d=p.p0*p.q).groupby('yr')[['a','b','c','d']].sum(); w('r6b',pd.DataFrame(dict(yr=p.index,fisher=np.sqrt(p.a/p.b*p.c/p.d).values)))
    X=pd.DataFrame(dict(hid=S.hid.values,yr=yr,channel=S.channel.values,v=val),copy=False).merge(H[['hid','join_year']],on='hid'); X['mem']=((X.join_year>0)&(X.join_year<=X.yr)).astype('int8')
    x=X.groupby(['yr','channel','mem']).v.sum().rename('rev').reset_index(); x['shr']=x.rev/x.groupby('yr').rev.transform('sum'); w('r7',x)
    hr=pd.DataFrame(dict(hid=S.hid.values,rev=val),copy=False).groupby('hid',sort=False).rev.sum().reset_index()
    x=hr.merge(H[['hid','site']],on='hid'); x['r2']=x.rev**2; x=x.groupby('site').agg(n=('rev','count'),s=('rev','sum'),r2=('r2','sum')).reset_index(); x['hhi']=x.r2/x.s**2; w('r8a',x[['site','n','hhi']])
    w('r8b',hr.nlargest(10,'rev'))


start = time.time()
H, I, S = load()
for k in range(times):
    if k > 0:
        start = time.time()
    report(H, I, S)
    print(f'pass {time.time() - start:.4f}')
