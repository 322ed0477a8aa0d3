-- SPDX-License-Identifier: LGPL-2.1-or-later
CREATE DATABASE IF NOT EXISTS w ENGINE=Atomic;
DROP TABLE IF EXISTS w.households; DROP TABLE IF EXISTS w.income; DROP TABLE IF EXISTS w.sales;
CREATE TABLE w.households (hid Int64, village Int32, site Int32, member Int8, join_year Nullable(Int16), size Int8, gender Int8, ethnic Int8, weight Float64) ENGINE=MergeTree ORDER BY hid;
CREATE TABLE w.income (hid Int64, wave Int8, income Nullable(Float64)) ENGINE=MergeTree ORDER BY tuple();
CREATE TABLE w.sales (hid Int64, product Int16, date Int32, qty Float64, price Float64, channel Int8, organic Int8) ENGINE=MergeTree ORDER BY date;
INSERT INTO w.households SELECT * FROM file('$D/households.csv','CSVWithNames','hid Int64, village Int32, site Int32, member Int8, join_year Nullable(Int16), size Int8, gender Int8, ethnic Int8, weight Float64');
INSERT INTO w.income SELECT * FROM file('$D/income.csv','CSVWithNames','hid Int64, wave Int8, income Nullable(Float64)');
INSERT INTO w.sales SELECT * FROM file('$D/sales.csv','CSVWithNames','hid Int64, product Int16, date Int32, qty Float64, price Float64, channel Int8, organic Int8');
