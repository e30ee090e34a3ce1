package ledger

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"docket/app/desk"
)

// migrations is only ever appended to; a ledger remembers how many it has had.
// They are written in SQLite's words: BLOB and WITHOUT ROWID are put into
// PostgreSQL's for it. Whole numbers are BIGINT, times milliseconds since 1970
// in UTC, and there is no sequence or default that could differ between the two.
var migrations = []string{firstSchema, queueSchema, whatIsDue, tagSchema, entitlementUse, followIndex, repliesSchema, purgeSchema, loadSchema, outageSchema, plannedSchema, notedSchema, presentSchema, laterSchema, articleSchema, articleFilesSchema}

// fills puts into what a migration made what follows from what was there; the
// key is the migration's place in the list.
var fills = map[int]func(context.Context, *session, Codec) error{1: fillQueue, 7: fillAnswers, 8: fillAwaited, 9: fillOutages, 10: fillPlanned}

// tables lists every table with its columns, for backup and restore, but those
// that say who is connected now. A test compares it with the schema.
var tables = []struct {
	name    string
	columns []string
}{
	{"state", []string{"id", "epoch", "commits", "number", "directory", "rights", "audit_seq", "audit_hash", "desk"}},
	{"lanes", []string{"lane", "seq", "hash", "floor", "floor_hash", "tickets"}},
	{"lane_items", []string{"lane", "seq", "kind", "ticket", "version", "from_seq", "read_seq", "ref_kind", "ref_id", "content", "hash", "at"}},
	{"lane_tickets", []string{"lane", "ticket", "updated", "later"}},
	{"lane_refs", []string{"lane", "kind", "id", "body", "sum"}},
	{"staff_heads", []string{"ticket", "number", "version", "last_seq", "public_version", "public_seq", "size", "body", "sum", "next_at"}},
	{"staff_entries", []string{"ticket", "seq", "public_seq", "body", "sum"}},
	{"customer_heads", []string{"ticket", "version", "last_seq", "size", "body", "sum"}},
	{"customer_entries", []string{"ticket", "seq", "body", "sum"}},
	{"queue", []string{"department", "place"}},
	{"outages", []string{"department", "place"}},
	{"tags", []string{"tag", "tickets"}},
	{"planned", []string{"person", "n"}},
	{"read_marks", []string{"ticket", "person", "seq"}},
	{"people", []string{"id", "body", "sum"}},
	{"logins", []string{"login", "person"}},
	{"orgs", []string{"id", "body", "sum"}},
	{"credentials", []string{"person", "phc"}},
	{"invitations", []string{"hash", "person", "expires", "used"}},
	{"auth_epochs", []string{"person", "epoch"}},
	{"devices", []string{"id", "person", "name", "created", "last_seen", "revoked", "last_dseq", "token"}},
	{"results", []string{"device", "dseq", "person", "command", "body", "sum"}},
	{"audit", []string{"seq", "at", "person", "device", "action", "object", "outcome", "hash"}},
	{"blobs", []string{"hash", "size", "type"}},
	{"blob_senders", []string{"hash", "person"}},
	{"entry_files", []string{"hash", "ticket", "seq", "public_seq"}},
	{"uploads", []string{"person", "hash", "name", "size", "at_offset", "updated"}},
	{"imported", []string{"source", "ticket"}},
	{"entitlement_use", []string{"owner", "entitlement", "since", "used"}},
	{"awaited", []string{"department", "n"}},
	{"loads", []string{"department", "hour", "n"}},
	{"replies", []string{"department", "urgency", "day", "took", "n"}},
	{"purged", []string{"ticket", "number", "at"}},
	{"doomed_files", []string{"hash"}},
	{"answers", []string{"ticket", "device", "dseq"}},
	{"rekeep", []string{"department", "after"}},
	{"noted_calls", []string{"id", "code", "ticket", "body", "sum"}},
	{"articles", []string{"id", "section", "contributor", "body", "sum"}},
	{"article_files", []string{"hash", "article"}},
}

const firstSchema = `
CREATE TABLE state (id BIGINT PRIMARY KEY, epoch TEXT NOT NULL, commits BIGINT NOT NULL, number BIGINT NOT NULL,
	directory BIGINT NOT NULL, rights BIGINT NOT NULL, audit_seq BIGINT NOT NULL, audit_hash BLOB NOT NULL, desk BLOB NOT NULL);

CREATE TABLE lanes (lane TEXT PRIMARY KEY, seq BIGINT NOT NULL, hash BLOB NOT NULL,
	floor BIGINT NOT NULL, floor_hash BLOB NOT NULL, tickets BIGINT NOT NULL) WITHOUT ROWID;
CREATE TABLE lane_items (lane TEXT NOT NULL, seq BIGINT NOT NULL, kind TEXT NOT NULL, ticket TEXT NOT NULL, version BIGINT NOT NULL,
	from_seq BIGINT NOT NULL, read_seq BIGINT NOT NULL, ref_kind TEXT NOT NULL, ref_id TEXT NOT NULL,
	content BLOB NOT NULL, hash BLOB NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (lane, seq)) WITHOUT ROWID;
CREATE TABLE lane_tickets (lane TEXT NOT NULL, ticket TEXT NOT NULL, updated BIGINT NOT NULL, PRIMARY KEY (lane, ticket)) WITHOUT ROWID;
CREATE INDEX lane_newest ON lane_tickets (lane, updated, ticket);
CREATE TABLE lane_refs (lane TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL, sum BIGINT NOT NULL,
	PRIMARY KEY (lane, kind, id));

CREATE TABLE staff_heads (ticket TEXT PRIMARY KEY, number BIGINT NOT NULL UNIQUE, version BIGINT NOT NULL, last_seq BIGINT NOT NULL,
	public_version BIGINT NOT NULL, public_seq BIGINT NOT NULL, size BIGINT NOT NULL, body BLOB NOT NULL, sum BIGINT NOT NULL);
CREATE TABLE staff_entries (ticket TEXT NOT NULL REFERENCES staff_heads (ticket), seq BIGINT NOT NULL, public_seq BIGINT NOT NULL,
	body BLOB NOT NULL, sum BIGINT NOT NULL, PRIMARY KEY (ticket, seq)) WITHOUT ROWID;
CREATE TABLE customer_heads (ticket TEXT PRIMARY KEY, version BIGINT NOT NULL, last_seq BIGINT NOT NULL,
	size BIGINT NOT NULL, body BLOB NOT NULL, sum BIGINT NOT NULL);
CREATE TABLE customer_entries (ticket TEXT NOT NULL REFERENCES customer_heads (ticket), seq BIGINT NOT NULL,
	body BLOB NOT NULL, sum BIGINT NOT NULL, PRIMARY KEY (ticket, seq)) WITHOUT ROWID;
CREATE TABLE read_marks (ticket TEXT NOT NULL, person TEXT NOT NULL, seq BIGINT NOT NULL, PRIMARY KEY (ticket, person)) WITHOUT ROWID;

CREATE TABLE people (id TEXT PRIMARY KEY, body BLOB NOT NULL, sum BIGINT NOT NULL);
CREATE TABLE logins (login TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES people (id)) WITHOUT ROWID;
CREATE INDEX logins_person ON logins (person);
CREATE TABLE orgs (id TEXT PRIMARY KEY, body BLOB NOT NULL, sum BIGINT NOT NULL);
CREATE TABLE credentials (person TEXT PRIMARY KEY, phc TEXT NOT NULL);
CREATE TABLE invitations (hash BLOB PRIMARY KEY, person TEXT NOT NULL, expires BIGINT NOT NULL, used BIGINT NOT NULL);
CREATE TABLE auth_epochs (person TEXT PRIMARY KEY, epoch BIGINT NOT NULL);
CREATE TABLE devices (id TEXT PRIMARY KEY, person TEXT NOT NULL, name TEXT NOT NULL, created BIGINT NOT NULL, last_seen BIGINT NOT NULL,
	revoked BIGINT NOT NULL, last_dseq BIGINT NOT NULL, token BLOB NOT NULL UNIQUE);
CREATE INDEX devices_person ON devices (person);
CREATE TABLE results (device TEXT NOT NULL, dseq BIGINT NOT NULL, person TEXT NOT NULL, command TEXT NOT NULL,
	body BLOB NOT NULL, sum BIGINT NOT NULL, PRIMARY KEY (device, dseq)) WITHOUT ROWID;
CREATE INDEX results_command ON results (command);
CREATE TABLE audit (seq BIGINT PRIMARY KEY, at BIGINT NOT NULL, person TEXT NOT NULL, device TEXT NOT NULL, action TEXT NOT NULL,
	object TEXT NOT NULL, outcome TEXT NOT NULL, hash BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE blobs (hash TEXT PRIMARY KEY, size BIGINT NOT NULL, type TEXT NOT NULL);
CREATE TABLE blob_senders (hash TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY (hash, person)) WITHOUT ROWID;
CREATE TABLE entry_files (hash TEXT NOT NULL REFERENCES blobs (hash), ticket TEXT NOT NULL, seq BIGINT NOT NULL,
	public_seq BIGINT NOT NULL, PRIMARY KEY (hash, ticket, seq)) WITHOUT ROWID;
CREATE TABLE uploads (person TEXT NOT NULL, hash TEXT NOT NULL, name TEXT NOT NULL, size BIGINT NOT NULL, at_offset BIGINT NOT NULL,
	updated BIGINT NOT NULL, PRIMARY KEY (person, hash)) WITHOUT ROWID;
CREATE TABLE imported (source TEXT PRIMARY KEY, ticket TEXT NOT NULL) WITHOUT ROWID;
`

// whatIsDue lets the clerk find what time does to tickets; 0 is never.
const whatIsDue = `
ALTER TABLE staff_heads ADD COLUMN next_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX staff_due ON staff_heads (next_at) WHERE next_at > 0;
`

// entitlementUse keeps how much of a quota is used since when.
const entitlementUse = `
CREATE TABLE entitlement_use (owner TEXT NOT NULL, entitlement TEXT NOT NULL, since BIGINT NOT NULL, used BIGINT NOT NULL,
	PRIMARY KEY (owner, entitlement)) WITHOUT ROWID;
`

// firstNumber is the number before the first ticket's, so that people see a
// few digits from the start and take none for a version or a year.
const firstNumber = 2040

// migrate brings the database to the newest schema, one transaction each step.
func (s *session) migrate(ctx context.Context, codec Codec) error {
	if _, err := s.exec(ctx, "CREATE TABLE IF NOT EXISTS schema_steps (step BIGINT PRIMARY KEY)"); err != nil {
		return err
	}
	for {
		done, err := s.migrateOne(ctx, codec)
		if err != nil || done {
			return err
		}
	}
}

var errNewer = &desk.Error{
	Code:    desk.CodeNewer,
	Message: "The ledger was written by a newer version of docketd.",
	Hint:    "Install that version again; nothing was changed.",
}

// current reports whether a database that may not be written has today's
// schema.
func (s *session) current(ctx context.Context) error {
	var have int
	if _, err := s.one(ctx, "SELECT count(*) FROM schema_steps", nil, &have); err != nil {
		if errors.Is(err, desk.ErrDamaged) {
			return err
		}
		return damaged("no ledger: " + err.Error())
	}
	switch {
	case have > len(migrations):
		return errNewer
	case have < len(migrations):
		return &desk.Error{
			Code: desk.CodeInvalid, Message: "The backup was written by an older version of docketd.",
			Hint: "Restore it with that version; this one brings the restored ledger up to date when it starts.",
		}
	}
	return nil
}

func (s *session) migrateOne(ctx context.Context, codec Codec) (done bool, err error) {
	if err := s.run(ctx, s.d.begin); err != nil {
		return false, err
	}
	defer func() {
		if err != nil || done {
			_ = s.run(context.WithoutCancel(ctx), "ROLLBACK")
		}
	}()
	if s.d.lockSchema != "" {
		if err := s.run(ctx, s.d.lockSchema); err != nil {
			return false, err
		}
	}
	var have int
	if _, err := s.one(ctx, "SELECT count(*) FROM schema_steps", nil, &have); err != nil {
		return false, err
	}
	switch {
	case have > len(migrations):
		return false, errNewer
	case have == len(migrations):
		return true, nil
	}
	for stmt := range strings.SplitSeq(migrations[have], ";") {
		if strings.TrimSpace(stmt) == "" {
			continue
		}
		if err := s.run(ctx, s.d.schema(stmt)); err != nil {
			return false, fmt.Errorf("migration %d: %w", have+1, err)
		}
	}
	if have == 0 {
		if _, err := s.exec(ctx, `INSERT INTO state (id, epoch, commits, number, directory, rights, audit_seq, audit_hash, desk)
			VALUES (1, ?, 0, ?, 0, 0, 0, ?, ?)`, rand.Text(), firstNumber, []byte{}, []byte{}); err != nil {
			return false, err
		}
	}
	if fill := fills[have]; fill != nil {
		if err := fill(ctx, s, codec); err != nil {
			return false, fmt.Errorf("migration %d: %w", have+1, err)
		}
	}
	if _, err := s.exec(ctx, "INSERT INTO schema_steps (step) VALUES (?)", have+1); err != nil {
		return false, err
	}
	return false, s.run(ctx, "COMMIT")
}
