package ledger

import (
	"context"
	"fmt"

	"docket/app/desk"
	"docket/app/desk/access"
)

// purgeSchema keeps of a ticket that was deleted its id and number, so that
// neither is used again. What is to be deleted of files lies in doomed_files
// until it is gone from where they are; answers tells which receipts hold words
// of a ticket, and rekeep which departments' closed tickets are to be looked at
// because of a new policy, and how far that is.
const purgeSchema = `
CREATE TABLE purged (ticket TEXT PRIMARY KEY, number BIGINT NOT NULL, at BIGINT NOT NULL) WITHOUT ROWID;
CREATE INDEX purged_number ON purged (number);
CREATE TABLE doomed_files (hash TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE answers (ticket TEXT NOT NULL, device TEXT NOT NULL, dseq BIGINT NOT NULL, PRIMARY KEY (ticket, device, dseq)) WITHOUT ROWID;
CREATE TABLE rekeep (department TEXT PRIMARY KEY, after TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX entry_files_ticket ON entry_files (ticket)
`

// wordy reports whether a receipt holds words of its ticket or of somebody.
func wordy(r desk.Receipt) bool { return r.Ticket != "" && r.Outcome != desk.OK }

// fillAnswers finds the receipts of before that hold words.
func fillAnswers(ctx context.Context, s *session, codec Codec) error {
	var rows []any
	err := s.each(ctx, "SELECT device, dseq, body, sum FROM results", nil, func(scan func(...any) error) error {
		var device string
		var dseq, sum int64
		var body []byte
		if err := scan(&device, &dseq, &body, &sum); err != nil {
			return fmt.Errorf("read result: %w", err)
		}
		var r desk.Receipt
		if crc(body) != sum || codec.Unmarshal(body, &r) != nil {
			return damaged("a result")
		}
		if wordy(r) {
			rows = append(rows, string(r.Ticket), device, dseq)
		}
		return nil
	})
	for ; err == nil && len(rows) > 0; rows = rows[3:] {
		_, err = s.exec(ctx, answerInsert+"(?, ?, ?)", rows[:3]...)
	}
	return err
}

const answerInsert = "INSERT INTO answers (ticket, device, dseq) VALUES "

// Purge deletes tickets with everything that names their words, and tells every
// lane that they are gone. What stays is their numbers, when that was, that they
// came from another system, and the audit, which holds no words.
func (tx *Tx) Purge(ids []desk.TicketID) error {
	if !tx.write {
		return errReadOnly
	}
	for _, id := range ids {
		if err := tx.purge(id); err != nil {
			return fmt.Errorf("purge %s: %w", id, err)
		}
	}
	return nil
}

func (tx *Tx) purge(id desk.TicketID) error {
	tx.l.count.purges.Add(1)
	t, err := tx.before(id)
	if err != nil {
		return err
	}
	if t == nil {
		return access.NotFound()
	}
	was := *t
	if err := tx.queue(was.spot, spot{}); err != nil {
		return err
	}
	if err := tx.outage(was.outage, spot{}); err != nil {
		return err
	}
	if err := tx.awaits(was.awaited, ""); err != nil {
		return err
	}
	if err := tx.plans(was.planned, ""); err != nil {
		return err
	}
	if err := tx.countTags(was.tags, nil); err != nil {
		return err
	}
	if err := tx.unlinkFiles(id); err != nil {
		return err
	}
	if err := tx.forgetAnswers(id); err != nil {
		return err
	}
	if err := tx.forgetFollows(id); err != nil {
		return err
	}
	if err := tx.leaveLanes(id, &was); err != nil {
		return err
	}
	for _, table := range []string{"staff_entries", "customer_entries", "read_marks", "staff_heads", "customer_heads"} {
		if _, err := tx.exec("DELETE FROM "+table+" WHERE ticket = ?", string(id)); err != nil {
			return err
		}
	}
	delete(tx.forms, formKey{staff, id})
	delete(tx.forms, formKey{customer, id})
	_, err = tx.exec("INSERT INTO purged (ticket, number, at) VALUES (?, ?, ?)", string(id), int64(was.number), millis(tx.at))
	return err
}

// leaveLanes tells the lanes of a ticket that it is gone for everybody.
func (tx *Tx) leaveLanes(id desk.TicketID, was *known) error {
	if err := tx.takeLanes(was.lanes); err != nil {
		return err
	}
	for _, lane := range was.lanes {
		if _, err := tx.exec("DELETE FROM lane_tickets WHERE lane = ? AND ticket = ?", string(lane), string(id)); err != nil {
			return err
		}
		tx.lanes[lane].tickets--
		version := was.version
		if access.IsCustomerLane(lane) {
			version = was.publicVersion
		}
		tx.tell(lane, laneRow{Kind: desk.ItemPurge, Ticket: id, Version: version})
	}
	return nil
}

// forgetAnswers takes the words out of the receipts of a ticket; how the commands
// ended stays, for who asks again.
func (tx *Tx) forgetAnswers(id desk.TicketID) error {
	type place struct {
		device string
		dseq   int64
	}
	var places []place
	err := tx.each("SELECT device, dseq FROM answers WHERE ticket = ?", []any{string(id)}, func(scan func(...any) error) error {
		var p place
		err := scan(&p.device, &p.dseq)
		places = append(places, p)
		return err
	})
	for _, p := range places {
		if err != nil {
			return err
		}
		var r desk.Receipt
		var ok bool
		if r, ok, err = tx.resultBy("SELECT body, sum FROM results WHERE device = ? AND dseq = ?", p.device, p.dseq); err != nil || !ok {
			continue
		}
		r.Newer, r.Current, r.Error = nil, "", &desk.Error{Code: desk.AsError(r.Error).Code, Message: "The request was deleted after its time."}
		var body []byte
		if body, err = tx.encode(r); err == nil {
			_, err = tx.exec("UPDATE results SET body = ?, sum = ? WHERE device = ? AND dseq = ?", body, crc(body), p.device, p.dseq)
		}
	}
	if err == nil {
		_, err = tx.exec("DELETE FROM answers WHERE ticket = ?", string(id))
	}
	return err
}

// unlinkFiles takes a ticket's files from it. Those that no other ticket has are
// not known any more, and their bytes go at the next upkeep: they cannot be
// deleted in one go with this.
func (tx *Tx) unlinkFiles(id desk.TicketID) error {
	var hashes []string
	err := tx.each("SELECT DISTINCT hash FROM entry_files WHERE ticket = ?", []any{string(id)}, func(scan func(...any) error) error {
		var h string
		err := scan(&h)
		hashes = append(hashes, h)
		return err
	})
	if err != nil {
		return fmt.Errorf("list files: %w", err)
	}
	if _, err := tx.exec("DELETE FROM entry_files WHERE ticket = ?", string(id)); err != nil {
		return fmt.Errorf("unlink files: %w", err)
	}
	return tx.dropUnused(hashes)
}

// Doomed lists files whose bytes are to be deleted, some of them.
func (tx *Tx) Doomed() ([]desk.BlobHash, error) {
	var out []desk.BlobHash
	err := tx.each("SELECT hash FROM doomed_files ORDER BY hash LIMIT 500", nil, func(scan func(...any) error) error {
		var h desk.BlobHash
		err := scan(&h)
		out = append(out, h)
		return err
	})
	return out, err
}

// DropDoomed calls drop for a file that is still to be deleted and forgets it
// once that succeeded. Nobody can send the same bytes meanwhile: whoever has them
// kept does so in a transaction, too.
func (tx *Tx) DropDoomed(h desk.BlobHash, drop func() error) error {
	doomed, err := tx.one("SELECT 1 FROM doomed_files WHERE hash = ?", []any{string(h)}, new(int))
	if err != nil || !doomed {
		return err
	}
	if err := drop(); err != nil {
		return err
	}
	_, err = tx.exec("DELETE FROM doomed_files WHERE hash = ?", string(h))
	return err
}

// WasPurged reports whether there was a ticket of that id that is deleted.
func (tx *Tx) WasPurged(id desk.TicketID) (bool, error) {
	return tx.one("SELECT 1 FROM purged WHERE ticket = ?", []any{string(id)}, new(int))
}

// shorter notes the departments whose policy keeps less than before, so that
// the closed tickets there are looked at.
func (tx *Tx) shorter(before map[desk.DeptID]desk.Department, after []desk.Department) error {
	less := func(was, is int) bool { return is != 0 && (was == 0 || is < was) }
	for _, d := range after {
		was := before[d.ID].Policy
		if !less(was.RetentionMonths, d.Policy.RetentionMonths) && !less(was.FileMonths, d.Policy.FileMonths) {
			continue
		}
		if err := tx.Rekeep(d.ID); err != nil {
			return err
		}
	}
	return nil
}

// Rekeep has the tickets of a department looked at that are closed.
func (tx *Tx) Rekeep(d desk.DeptID) error {
	if _, err := tx.exec("INSERT INTO rekeep (department, after) VALUES (?, '') ON CONFLICT (department) DO UPDATE SET after = ''", string(d)); err != nil {
		return fmt.Errorf("note policy: %w", err)
	}
	return nil
}

// Kept is a piece of the tickets to look at because of a new policy.
type Kept struct {
	Department desk.DeptID
	Tickets    []desk.TicketID
}

// ToKeep gives the next tickets to look at because of a new policy, at most some
// of one department; no department when there is nothing to look at.
func (tx *Tx) ToKeep(most int) (k Kept, err error) {
	var after string
	if found, err := tx.one("SELECT department, after FROM rekeep ORDER BY department LIMIT 1", nil, &k.Department, &after); err != nil || !found {
		return k, err
	}
	err = tx.each("SELECT ticket FROM lane_tickets WHERE lane = ? AND ticket > ? ORDER BY ticket LIMIT ?", []any{"s/dept/" + string(k.Department), after, most},
		func(scan func(...any) error) error {
			var id desk.TicketID
			err := scan(&id)
			k.Tickets = append(k.Tickets, id)
			return err
		})
	return k, err
}

// HaveKept notes that those were looked at; with none the department is done.
func (tx *Tx) HaveKept(k Kept) error {
	if len(k.Tickets) == 0 {
		_, err := tx.exec("DELETE FROM rekeep WHERE department = ?", string(k.Department))
		return err
	}
	_, err := tx.exec("UPDATE rekeep SET after = ? WHERE department = ?", string(k.Tickets[len(k.Tickets)-1]), string(k.Department))
	return err
}

// purged looks whether anything is left of what was deleted.
func (c *checker) purged() error {
	for _, table := range []string{"staff_heads", "staff_entries", "customer_heads", "customer_entries", "read_marks", "lane_tickets", "entry_files"} {
		var n int
		if _, err := c.tx.one("SELECT count(*) FROM purged p JOIN "+table+" x ON x.ticket = p.ticket", nil, &n); err != nil {
			return err
		}
		if n > 0 {
			c.bad("%d rows of %s belong to tickets that were deleted", n, table)
		}
	}
	return nil
}
