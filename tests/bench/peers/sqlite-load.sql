-- SPDX-License-Identifier: LGPL-2.1-or-later
PRAGMA page_size=16384; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;
CREATE TABLE households(hid INTEGER PRIMARY KEY,village INT,site INT,member INT,join_year INT,size INT,gender INT,ethnic INT,weight REAL);
CREATE TABLE income(hid INT,wave INT,income REAL);
CREATE TABLE sales(hid INT,product INT,date INT,qty REAL,price REAL,channel INT,organic INT);
.mode csv
.import --skip 1 $D/households.csv households
.import --skip 1 $D/income.csv income
.import --skip 1 $D/sales.csv sales
UPDATE income SET income=NULL WHERE income='';
UPDATE households SET join_year=NULL WHERE join_year='';
