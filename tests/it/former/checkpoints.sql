PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE checkpoint (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        belongings TEXT NOT NULL,
        position TEXT NOT NULL,
        mark INTEGER,
        file_length INTEGER,
        file_inode INTEGER,
        emitted INTEGER NOT NULL DEFAULT 0,
        round INTEGER NOT NULL DEFAULT 0,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
    ) STRICT;
INSERT INTO checkpoint VALUES(1,'soc','{"feed":"ioc-stream","filters":"","base_url":"@SERVER@/api/v3","output":"@WORK@/out.jsonl (jsonl)"}','{"sweep":{"floor":1767322020,"from":1767322020,"started":null,"cursor":null,"newest":1767322920}}',1767322920,450,@INODE@,3,2,1795919938,1795919938);
INSERT INTO checkpoint VALUES(2,'archived','{"feed":"ioc-stream","filters":"","base_url":"@SERVER@/api/v3","output":"sink:archive"}','{"sweep":{"floor":1767322020,"from":1767322020,"started":null,"cursor":null,"newest":1767322920}}',1767322920,NULL,NULL,3,1,1795919938,1795919938);
INSERT INTO checkpoint VALUES(3,'hooked','{"feed":"ioc-stream","filters":"","base_url":"@SERVER@/api/v3","output":"sink:hook"}','{"sweep":{"floor":1767322020,"from":1767322020,"started":null,"cursor":null,"newest":1767322920}}',1767322920,NULL,NULL,3,1,1795919938,1795919938);
CREATE TABLE seen (
        checkpoint INTEGER NOT NULL REFERENCES checkpoint (id) ON DELETE CASCADE,
        identity TEXT NOT NULL,
        time INTEGER NOT NULL,
        round INTEGER NOT NULL,
        PRIMARY KEY (checkpoint, identity)
    ) STRICT, WITHOUT ROWID;
INSERT INTO seen VALUES(1,'000000',1767322800,2);
INSERT INTO seen VALUES(1,'000001',1767322860,2);
INSERT INTO seen VALUES(1,'000002',1767322920,2);
INSERT INTO seen VALUES(2,'000000',1767322800,1);
INSERT INTO seen VALUES(2,'000001',1767322860,1);
INSERT INTO seen VALUES(2,'000002',1767322920,1);
INSERT INTO seen VALUES(3,'000000',1767322800,1);
INSERT INTO seen VALUES(3,'000001',1767322860,1);
INSERT INTO seen VALUES(3,'000002',1767322920,1);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('checkpoint',3);
CREATE INDEX seen_by_time ON seen (checkpoint, time);
CREATE INDEX seen_by_round ON seen (checkpoint, round);
COMMIT;
PRAGMA user_version = 1;
