-- SPDX-License-Identifier: LGPL-2.1-or-later
CREATE OR REPLACE TABLE households AS SELECT * FROM read_csv('$D/households.csv',header=true,columns={'hid':'BIGINT','village':'INTEGER','site':'INTEGER','member':'TINYINT','join_year':'SMALLINT','size':'TINYINT','gender':'TINYINT','ethnic':'TINYINT','weight':'DOUBLE'});
CREATE OR REPLACE TABLE income AS SELECT * FROM read_csv('$D/income.csv',header=true,columns={'hid':'BIGINT','wave':'TINYINT','income':'DOUBLE'});
CREATE OR REPLACE TABLE sales AS SELECT * FROM read_csv('$D/sales.csv',header=true,columns={'hid':'BIGINT','product':'SMALLINT','date':'INTEGER','qty':'DOUBLE','price':'DOUBLE','channel':'TINYINT','organic':'TINYINT'});
