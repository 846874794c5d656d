CREATE TABLE sequence (name TEXT NOT NULL PRIMARY KEY, last INTEGER NOT NULL);
INSERT INTO sequence (name, last) VALUES ('row', 0), ('transition', 0), ('audit', 0), ('rank', 0);
--postgres CREATE SEQUENCE row_number CACHE 1;

CREATE TABLE scope (
--sqlite sid INTEGER PRIMARY KEY,
--postgres sid INTEGER NOT NULL, PRIMARY KEY (account, sid),
account TEXT NOT NULL, cloud TEXT NOT NULL, region TEXT NOT NULL, type TEXT NOT NULL,
generation INTEGER NOT NULL DEFAULT 0, committed INTEGER NOT NULL DEFAULT 0,
line BLOB, since INTEGER NOT NULL DEFAULT 0, read INTEGER NOT NULL DEFAULT 0, complete INTEGER NOT NULL DEFAULT 0,
UNIQUE (account, cloud, region, type)
);
CREATE TABLE scope_history (account TEXT NOT NULL, sid INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, line BLOB NOT NULL, complete INTEGER NOT NULL);
CREATE INDEX scope_history_until ON scope_history (until);

CREATE TABLE cause (account TEXT NOT NULL, cid INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (account, cid));

CREATE TABLE resource (
--sqlite rid INTEGER PRIMARY KEY,
--postgres rid INTEGER NOT NULL, PRIMARY KEY (account, rid),
account TEXT NOT NULL, sid INTEGER NOT NULL, cloud TEXT NOT NULL, region TEXT NOT NULL, type TEXT NOT NULL,
id TEXT NOT NULL, name TEXT NOT NULL, search TEXT NOT NULL, hash BLOB NOT NULL,
since INTEGER NOT NULL, changed INTEGER NOT NULL, read INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
patched INTEGER NOT NULL DEFAULT 0, cause INTEGER NOT NULL,
owner TEXT NOT NULL DEFAULT '', environment TEXT NOT NULL DEFAULT '', criticality TEXT NOT NULL DEFAULT '',
data_class TEXT NOT NULL DEFAULT '', public INTEGER NOT NULL DEFAULT 0,
critical INTEGER NOT NULL DEFAULT 0, high INTEGER NOT NULL DEFAULT 0, medium INTEGER NOT NULL DEFAULT 0,
low INTEGER NOT NULL DEFAULT 0, info INTEGER NOT NULL DEFAULT 0, weight INTEGER NOT NULL DEFAULT 21474836480,
UNIQUE (id, sid, account)
);
CREATE INDEX resource_scope ON resource (sid);
--sqlite CREATE INDEX resource_name ON resource (name, rid, search) WHERE gone = 0;
--postgres CREATE INDEX resource_name ON resource (name, rid) WHERE gone = 0;
CREATE INDEX resource_type ON resource (type, rid) WHERE gone = 0;
CREATE INDEX resource_account ON resource (account, rid) WHERE gone = 0;
CREATE INDEX resource_owner ON resource (owner, name, rid) WHERE gone = 0;
CREATE INDEX resource_changed ON resource (changed, rid);
CREATE INDEX resource_weight ON resource (weight, rid) WHERE gone = 0;
CREATE INDEX resource_public ON resource (public, rid) WHERE gone = 0 AND public = 1;
CREATE INDEX resource_gone ON resource (gone) WHERE gone > 0;
CREATE TABLE resource_body (
--sqlite rid INTEGER PRIMARY KEY,
--postgres rid INTEGER NOT NULL, PRIMARY KEY (account, rid),
account TEXT NOT NULL, dict INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE TABLE resource_history (
account TEXT NOT NULL, rid INTEGER NOT NULL, changed INTEGER NOT NULL, until INTEGER NOT NULL,
name TEXT NOT NULL, search TEXT NOT NULL, hash BLOB NOT NULL, cause INTEGER NOT NULL, gone INTEGER NOT NULL, dict INTEGER NOT NULL, body BLOB,
--sqlite PRIMARY KEY (rid, changed)
--postgres PRIMARY KEY (account, rid, changed)
--sqlite ) WITHOUT ROWID;
--postgres );
CREATE INDEX resource_history_until ON resource_history (until);
CREATE INDEX resource_history_changed ON resource_history (changed);
CREATE TABLE resource_count (
account TEXT NOT NULL, cloud TEXT NOT NULL, region TEXT NOT NULL, type TEXT NOT NULL, owner TEXT NOT NULL, n INTEGER NOT NULL,
PRIMARY KEY (account, cloud, region, type, owner)
--sqlite ) WITHOUT ROWID;
--postgres );
CREATE TABLE relation (
account TEXT NOT NULL, rid INTEGER NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL,
--sqlite PRIMARY KEY (rid, kind, target)
--postgres PRIMARY KEY (account, rid, kind, target)
--sqlite ) WITHOUT ROWID;
--postgres );
CREATE INDEX relation_target ON relation (target, rid);

CREATE TABLE judged (account TEXT NOT NULL PRIMARY KEY, first INTEGER NOT NULL DEFAULT 0, ranked INTEGER NOT NULL DEFAULT 0);
CREATE TABLE finding (
--sqlite fid INTEGER PRIMARY KEY,
--postgres fid INTEGER NOT NULL, PRIMARY KEY (account, fid),
account TEXT NOT NULL, key TEXT NOT NULL, kind INTEGER NOT NULL,
cloud TEXT NOT NULL, region TEXT NOT NULL, type TEXT NOT NULL, resource TEXT NOT NULL, name TEXT NOT NULL,
check_id TEXT NOT NULL, search TEXT NOT NULL, owner TEXT NOT NULL, environment TEXT NOT NULL,
state INTEGER NOT NULL, severity INTEGER NOT NULL, hash BLOB NOT NULL, opened INTEGER NOT NULL, changed INTEGER NOT NULL,
until INTEGER NOT NULL, unproven INTEGER NOT NULL, due INTEGER NOT NULL, regressed INTEGER NOT NULL, exception TEXT NOT NULL, cause BLOB NOT NULL,
UNIQUE (key, kind, account)
);
CREATE INDEX finding_resource ON finding (resource, account);
CREATE INDEX finding_account ON finding (account, state, severity, fid);
CREATE INDEX finding_severity ON finding (state, severity, fid);
CREATE INDEX finding_opened ON finding (state, opened, fid);
CREATE INDEX finding_check ON finding (state, check_id, severity, fid);
CREATE INDEX finding_owner ON finding (state, owner, severity, fid);
CREATE INDEX finding_by_resource ON finding (state, resource, fid);
CREATE INDEX finding_due ON finding (state, due, fid);
CREATE INDEX finding_until ON finding (until, fid) WHERE until > 0;
CREATE TABLE finding_body (
--sqlite fid INTEGER PRIMARY KEY,
--postgres fid INTEGER NOT NULL, PRIMARY KEY (account, fid),
account TEXT NOT NULL, dict INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE TABLE finding_history (
account TEXT NOT NULL, fid INTEGER NOT NULL, changed INTEGER NOT NULL, ended INTEGER NOT NULL,
state INTEGER NOT NULL, severity INTEGER NOT NULL, opened INTEGER NOT NULL, until INTEGER NOT NULL, unproven INTEGER NOT NULL,
due INTEGER NOT NULL, regressed INTEGER NOT NULL, exception TEXT NOT NULL, cause BLOB NOT NULL, dict INTEGER NOT NULL, body BLOB NOT NULL,
--sqlite PRIMARY KEY (fid, changed)
--postgres PRIMARY KEY (account, fid, changed)
--sqlite ) WITHOUT ROWID;
--postgres );
CREATE INDEX finding_history_ended ON finding_history (ended);
CREATE TABLE finding_count (
account TEXT NOT NULL, owner TEXT NOT NULL, type TEXT NOT NULL, check_id TEXT NOT NULL, severity INTEGER NOT NULL, n INTEGER NOT NULL,
PRIMARY KEY (account, owner, type, check_id, severity)
--sqlite ) WITHOUT ROWID;
--postgres );
CREATE TABLE verdict (
account TEXT NOT NULL, check_id TEXT NOT NULL, changed INTEGER NOT NULL, ended INTEGER NOT NULL,
pass INTEGER NOT NULL, fail INTEGER NOT NULL, unknown INTEGER NOT NULL, na INTEGER NOT NULL,
PRIMARY KEY (account, check_id, changed)
--sqlite ) WITHOUT ROWID;
--postgres );
CREATE INDEX verdict_ended ON verdict (ended);

CREATE TABLE issue (
--sqlite iid INTEGER PRIMARY KEY,
--postgres iid INTEGER NOT NULL PRIMARY KEY,
key TEXT NOT NULL UNIQUE, class TEXT NOT NULL, title TEXT NOT NULL, search TEXT NOT NULL, owner TEXT NOT NULL, environment TEXT NOT NULL,
state INTEGER NOT NULL, band INTEGER NOT NULL, rank INTEGER NOT NULL, hash BLOB NOT NULL, opened INTEGER NOT NULL, changed INTEGER NOT NULL,
until INTEGER NOT NULL, due INTEGER NOT NULL, regressed INTEGER NOT NULL, exception TEXT NOT NULL,
accounts BLOB NOT NULL, place BLOB NOT NULL, dict INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE INDEX issue_rank ON issue (state, rank, iid);
CREATE TABLE issue_account (account TEXT NOT NULL, iid INTEGER NOT NULL, PRIMARY KEY (account, iid));
CREATE INDEX issue_account_issue ON issue_account (iid);
CREATE TABLE issue_resource (resource TEXT NOT NULL, iid INTEGER NOT NULL, PRIMARY KEY (resource, iid));
CREATE INDEX issue_resource_issue ON issue_resource (iid);
CREATE TABLE issue_history (
iid INTEGER NOT NULL, changed INTEGER NOT NULL, ended INTEGER NOT NULL, state INTEGER NOT NULL, band INTEGER NOT NULL, rank INTEGER NOT NULL,
title TEXT NOT NULL, opened INTEGER NOT NULL, until INTEGER NOT NULL, due INTEGER NOT NULL, regressed INTEGER NOT NULL, exception TEXT NOT NULL,
accounts BLOB NOT NULL, dict INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (iid, changed)
);
CREATE INDEX issue_history_ended ON issue_history (ended);
CREATE TABLE ranked (changed INTEGER NOT NULL PRIMARY KEY, ended INTEGER NOT NULL, hash BLOB NOT NULL, dict INTEGER NOT NULL, body BLOB NOT NULL);
CREATE TABLE point (grp TEXT NOT NULL, hour INTEGER NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (grp, hour));

CREATE TABLE transition (
seq INTEGER NOT NULL PRIMARY KEY, kind TEXT NOT NULL, at INTEGER NOT NULL, subject TEXT NOT NULL, key TEXT NOT NULL, account TEXT NOT NULL,
accounts BLOB NOT NULL, owner TEXT NOT NULL, body BLOB NOT NULL, routed INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX transition_pending ON transition (seq) WHERE routed = 0;
CREATE INDEX transition_at ON transition (at);
CREATE TABLE router_state (one INTEGER NOT NULL PRIMARY KEY, version INTEGER NOT NULL, body BLOB);
INSERT INTO router_state (one, version, body) VALUES (1, 0, NULL);
CREATE TABLE delivery (
did INTEGER NOT NULL PRIMARY KEY, key TEXT NOT NULL UNIQUE, channel TEXT NOT NULL, message BLOB NOT NULL, not_before INTEGER NOT NULL,
leased INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL, happened INTEGER NOT NULL, created INTEGER NOT NULL, done INTEGER NOT NULL,
state TEXT NOT NULL, error TEXT NOT NULL
);
CREATE INDEX delivery_due ON delivery (not_before, did) WHERE state = 'waiting';
CREATE INDEX delivery_created ON delivery (created, did);
CREATE INDEX delivery_done ON delivery (done) WHERE done > 0;
CREATE TABLE dead_event (id TEXT NOT NULL PRIMARY KEY, at INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX dead_event_at ON dead_event (at, id);

CREATE TABLE exception (id TEXT NOT NULL PRIMARY KEY, subject TEXT NOT NULL, key TEXT NOT NULL, approved INTEGER NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL, ended INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX exception_expires ON exception (expires, id);
CREATE TABLE baseline (id TEXT NOT NULL PRIMARY KEY, created INTEGER NOT NULL, body BLOB NOT NULL);
CREATE TABLE audit (seq INTEGER NOT NULL PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, body BLOB NOT NULL, hash TEXT NOT NULL);
CREATE INDEX audit_actor ON audit (actor, seq);
CREATE INDEX audit_action ON audit (action, seq);
CREATE TABLE person (id TEXT NOT NULL PRIMARY KEY, issuer TEXT NOT NULL, subject TEXT NOT NULL, password TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX person_subject ON person (issuer, subject);
CREATE TABLE credential (hash TEXT NOT NULL PRIMARY KEY, id TEXT NOT NULL, person TEXT NOT NULL, kind TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL, revoked INTEGER NOT NULL, data BLOB, body BLOB NOT NULL);
CREATE INDEX credential_person ON credential (person, kind, created);
CREATE INDEX credential_expires ON credential (expires);
CREATE TABLE setting (name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL);
