#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What it costs to have columns as blobs within an SQLite file, beside a file that is mapped.

sqlite-blobs.py [MEBIBYTES [FOLDER]]: chunks of 512 KiB, as a column of 8-byte values has them; each
way of reading in a process of its own, three times, from the page cache; CPU seconds.
"""
import mmap
import os
import sqlite3
import sys
import tempfile
import time

CHUNK = 512 * 1024


def by_sqlite(database, _plain):
    connection = sqlite3.connect(database)
    return sum(len(row[0]) for row in connection.execute('select v from chunk order by id'))


def by_mapping(_database, plain):
    with open(plain, 'rb') as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as mapping:
        for at in range(0, len(mapping), mmap.PAGESIZE):
            mapping[at]
        return len(mapping)


def by_reading(_database, plain):
    buffer, n = bytearray(1 << 20), 0
    with open(plain, 'rb', buffering=0) as file:
        while got := file.readinto(buffer):
            n += got
    return n


def in_child(what, function, *paths):
    sys.stdout.flush()
    if os.fork() == 0:
        start = time.process_time()
        n = function(*paths)
        print(f'{what:40} {n / 2**20:6.0f} MiB {time.process_time() - start:8.3f} s')
        sys.stdout.flush()
        os._exit(0)
    os.wait()


def main():
    chunks = (int(sys.argv[1]) if len(sys.argv) > 1 else 100) * 2
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as folder:
        database, plain = os.path.join(folder, 'a.rua'), os.path.join(folder, 'a.bin')
        connection = sqlite3.connect(database)
        connection.execute('create table chunk (id integer primary key, v blob)')
        with open(plain, 'wb') as file:
            for _ in range(chunks):
                chunk = os.urandom(CHUNK)
                connection.execute('insert into chunk (v) values (?)', (chunk,))
                file.write(chunk)
        connection.commit()
        connection.close()
        for _ in range(3):
            in_child('blobs out of SQLite', by_sqlite, database, plain)
            in_child('mapped, each page looked at', by_mapping, database, plain)
            in_child('read into one buffer', by_reading, database, plain)


if __name__ == '__main__':
    main()
