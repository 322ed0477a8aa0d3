-- SPDX-License-Identifier: LGPL-2.1-or-later
ATTACH '$DB' AS d (READ_ONLY);
CREATE TABLE households AS SELECT * FROM d.households;
CREATE TABLE income AS SELECT * FROM d.income;
CREATE TABLE sales AS SELECT * FROM d.sales;
