package crash_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/build/prove/headless"
	"docket/build/prove/proof"
	"docket/storage/blob"
	"docket/storage/cache"
	"docket/storage/ledger"
	"docket/storage/outbox"
	"docket/sync/cmd/docketd/run"
	"docket/sync/wire"
)

// record is what the ledger holds, read without the ledger's own code.
type record struct {
	entries map[string][]desk.Entry // by token
	numbers map[desk.TicketID]desk.Number
	results map[desk.CommandID]desk.Receipt
	tickets []desk.TicketID
}

// judge compares what everybody was told with what is there, and gives what is
// not so.
func (w *world) judge(run *proof.Run) []string {
	w.killServer()
	for _, k := range w.kids {
		k.kill()
	}
	b := w.book
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.wrong) > 0 {
		return b.wrong // what follows would only say it again
	}
	for _, f := range []func() error{w.chains, func() error { return w.words(run) }, w.computers} {
		if err := f(); err != nil {
			b.bad("%v", err)
		}
	}
	queued, confirmed := 0, 0
	for _, c := range b.commands {
		if c.Queued {
			queued++
		}
		if c.State == "confirmed" || len(c.Shown) > 0 {
			confirmed++
		}
	}
	run.Add("commands_queued", queued)
	run.Add("commands_confirmed", confirmed)
	run.Add("drafts_saved", b.counts[sSaved])
	run.Add("logs_rewritten", b.counts[sRewrites])
	run.Add("starts_of_a_program", b.counts[sBegin])
	if queued == 0 || confirmed == 0 || b.counts[sSaved] == 0 || b.counts[sRewrites] == 0 {
		b.bad("nothing was proved: %d queued, %d confirmed, %v", queued, confirmed, b.counts)
	}
	return b.wrong
}

// chains follows every lane and the audit through the whole ledger.
func (w *world) chains() error {
	ctx := context.Background()
	l, err := run.Open(ctx, run.Config{Data: w.data()})
	if err != nil {
		return err
	}
	report, err := l.CheckAll(ctx)
	if err != nil {
		err = fmt.Errorf("the ledger: %w: %v", err, report.Problems)
	}
	return errors.Join(err, l.Close())
}

func (w *world) read() (rec record, err error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(w.data(), "ledger.db")+"?mode=ro")
	if err != nil {
		return rec, err
	}
	defer db.Close()
	rec = record{entries: map[string][]desk.Entry{}, numbers: map[desk.TicketID]desk.Number{}, results: map[desk.CommandID]desk.Receipt{}}
	each := func(q string, fn func(scan func(...any) error) error) {
		rows, qerr := db.Query(q)
		if qerr != nil {
			err = errors.Join(err, qerr)
			return
		}
		defer rows.Close()
		for rows.Next() {
			err = errors.Join(err, fn(rows.Scan))
		}
		err = errors.Join(err, rows.Err())
	}
	each("SELECT ticket, body FROM staff_heads ORDER BY ticket", func(scan func(...any) error) error {
		var id desk.TicketID
		var body []byte
		if err := scan(&id, &body); err != nil {
			return err
		}
		var t desk.Ticket
		if err := wire.Unmarshal(body, &t); err != nil {
			return err
		}
		rec.tickets, rec.numbers[id] = append(rec.tickets, id), t.Number
		return nil
	})
	each("SELECT body FROM staff_entries", func(scan func(...any) error) error {
		var body []byte
		if err := scan(&body); err != nil {
			return err
		}
		var e desk.Entry
		if err := wire.Unmarshal(body, &e); err != nil {
			return err
		}
		if tk := tokenIn(e.Text + " " + e.Reason); tk != "" {
			rec.entries[tk] = append(rec.entries[tk], e)
		}
		return nil
	})
	last := map[string]int64{}
	each("SELECT device, dseq, command, body FROM results ORDER BY device, dseq", func(scan func(...any) error) error {
		var device, command string
		var dseq int64
		var body []byte
		if err := scan(&device, &dseq, &command, &body); err != nil {
			return err
		}
		if dseq != last[device]+1 {
			return fmt.Errorf("device %s has result %d after %d", device, dseq, last[device])
		}
		last[device] = dseq
		var r desk.Receipt
		if err := wire.Unmarshal(body, &r); err != nil {
			return err
		}
		if old, twice := rec.results[r.Command]; twice && old.Outcome == desk.OK && r.Outcome == desk.OK && old.Seq != r.Seq {
			return fmt.Errorf("command %s was done twice", command)
		}
		rec.results[r.Command] = r
		return nil
	})
	return rec, err
}

// words looks for every command everybody was told of.
func (w *world) words(run *proof.Run) error {
	rec, err := w.read()
	if err != nil {
		return fmt.Errorf("the ledger: %w", err)
	}
	run.Add("tickets", len(rec.tickets))
	kept, err := w.outboxes(rec)
	if err != nil {
		return err
	}
	files, err := blob.Open(filepath.Join(w.data(), "files"), blob.Options{})
	if err != nil {
		return err
	}
	defer files.Close()
	for token, c := range w.book.commands {
		for _, bad := range judgeOne(token, c, rec, kept[token]) {
			w.book.bad("%s of %s (%s): %s", token, c.Who, c.Kind, bad)
		}
		if c.File != "" && len(rec.entries[token]) > 0 {
			run.Add("files_confirmed", 1)
			if err := sameFile(files, rec.entries[token][0], c.File); err != nil {
				w.book.bad("%s of %s: %v", token, c.Who, err)
			}
		}
	}
	for token := range rec.entries {
		if c := w.book.commands[token]; c == nil || !c.Asked {
			w.book.bad("%s is in the ledger and nobody asked for it", token)
		}
	}
	return nil
}

func sameFile(files *blob.Store, e desk.Entry, hash string) error {
	if len(e.Files) != 1 || string(e.Files[0].Hash) != hash {
		return fmt.Errorf("the entry has the files %v, not %s", e.Files, hash)
	}
	f, err := files.Open(e.Files[0].Hash)
	if err != nil {
		return fmt.Errorf("its file: %w", err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil || hex.EncodeToString(h.Sum(nil)) != hash {
		return fmt.Errorf("its file has other bytes (%w)", err)
	}
	return nil
}

// judgeOne gives what is not as its author was told.
func judgeOne(token string, c *command, rec record, kept []outbox.Item) (wrong []string) {
	bad := func(format string, a ...any) { wrong = append(wrong, fmt.Sprintf(format, a...)) }
	entries := rec.entries[token]
	done := map[desk.CommandID]bool{}
	for _, e := range entries {
		done[e.Command] = true
	}
	message := c.Kind == "open" || c.Kind == "reply" || c.Kind == "note"
	if len(done) > 1 || message && len(entries) > 1 {
		bad("it was done %d times, with %d entries", len(done), len(entries))
	}
	waiting, confirmed := 0, len(done) > 0
	for _, it := range kept {
		switch {
		case it.State == outbox.Confirmed:
			confirmed = true
			if r := rec.results[it.ID]; r.Outcome != desk.OK {
				bad("the outbox says confirmed and the ledger says %q", r.Outcome)
			}
			if message && !done[it.ID] {
				bad("the outbox says confirmed and there is no entry")
			}
		case it.State.Waiting():
			bad("it still waits: %s", it.State)
		default:
			waiting++
		}
	}
	if waiting > 0 && len(done) > 0 || waiting > 1 {
		bad("it is done and still in the outbox %d times", waiting)
	}
	if c.Gone && confirmed {
		bad("its author threw it away, and it was done")
	}
	if c.Refused && !c.Queued && confirmed {
		bad("its author was told that it was not queued, and it was done")
	}
	if c.State == "confirmed" && !confirmed && rec.results[desk.CommandID(c.ID)].Outcome != desk.OK {
		bad("it was shown as confirmed and is not in the ledger")
	}
	if c.Queued && !confirmed && waiting == 0 && !c.Discarding && rec.results[desk.CommandID(c.ID)].Outcome != desk.OK {
		bad("it was queued and is nowhere")
	}
	for _, s := range c.Shown {
		wrong = append(wrong, shownRight(s, entries, rec)...)
	}
	return wrong
}

// shownRight holds what a receipt showed against the ledger.
func shownRight(s said, entries []desk.Entry, rec record) (wrong []string) {
	if len(entries) == 0 {
		return []string{"it was shown as received and is not in the ledger"}
	}
	e := entries[0]
	if seq := s.Seq; uint64(seq) != e.Seq && uint64(seq) != e.PublicSeq || desk.TicketID(s.Ticket) != e.Ticket {
		wrong = append(wrong, fmt.Sprintf("shown as entry %d of %s, and is %d (%d) of %s", seq, s.Ticket, e.Seq, e.PublicSeq, e.Ticket))
	}
	if want := "#" + rec.numbers[e.Ticket].String(); s.Number != want {
		wrong = append(wrong, fmt.Sprintf("shown under %s, and is under %s", s.Number, want))
	}
	if r := rec.results[e.Command]; s.Hash != "" && s.Hash != r.Hash {
		wrong = append(wrong, fmt.Sprintf("shown with the receipt %s, and the ledger has %s", s.Hash, r.Hash))
	}
	return wrong
}

// outboxes opens everybody's outbox: what is left of each command, by token.
// The drafts are held against what was said of them.
func (w *world) outboxes(rec record) (map[string][]outbox.Item, error) {
	kept := map[string][]outbox.Item{}
	for _, p := range everybody() {
		dir := filepath.Join(w.dir, "people", p)
		key, err := w.key(dir)
		if err != nil {
			return nil, err
		}
		o, was, err := outbox.Open(outbox.Config{
			Dir: filepath.Join(dir, "outbox"), Key: key, Codec: wire.Codec{}, Encode: wire.EncodeCommand, Decode: wire.DecodeCommand, Reserve: -1,
		})
		if err != nil || len(was.Quarantined) > 0 || was.Lost {
			return nil, fmt.Errorf("the outbox of %s: %+v, %w", p, was, err)
		}
		for _, it := range o.Items() {
			sum := sha256.Sum256(it.Body)
			if r := rec.results[it.ID]; it.State == outbox.Confirmed && (it.Receipt == nil || r.Hash != hex.EncodeToString(sum[:]) || it.Receipt.Hash != r.Hash || it.Receipt.Seq != r.Seq || it.Receipt.Number != r.Number) {
				w.book.bad("the receipt of %s of %s is %+v here and %+v there", it.ID, p, it.Receipt, r)
			}
			var text string
			switch a := it.Command.Args.(type) {
			case desk.Open:
				text = a.Text
			case desk.Reply:
				text = a.Text
			case desk.AddNote:
				text = a.Text
			case desk.SetStatus:
				text = a.Reason
			case desk.Refer:
				text = a.Reason
			case desk.SetPriority:
				text = a.Reason
			case desk.CloseTicket:
				text = a.Reason + a.Resolution
			case desk.Reopen:
				text = a.Reason
			}
			if tk := tokenIn(text); tk != "" {
				kept[tk] = append(kept[tk], it)
			}
		}
		if err := o.Close(); err != nil {
			return nil, err
		}
	}
	return kept, nil
}

func (w *world) key(dir string) ([32]byte, error) {
	sec, err := headless.Vault(dir).Load(context.Background())
	return sec.Key, err
}

// computers holds everybody's cache against that of the same person on a new
// computer, and both against the ledger's lanes.
func (w *world) computers() error {
	rec, err := w.read()
	if err != nil {
		return err
	}
	ctx := context.Background()
	l, err := run.Open(ctx, run.Config{Data: w.data()})
	if err != nil {
		return err
	}
	defer l.Close()
	for _, p := range everybody() {
		var heads string
		var staff bool
		err := l.View(ctx, func(tx *ledger.Tx) error {
			a, err := tx.Actor(desk.PersonID(p))
			if err != nil {
				return err
			}
			staff = a.Role.Staff()
			found, err := tx.Heads(access.LanesFor(a))
			heads = places(found)
			return err
		})
		if err != nil {
			return err
		}
		old, err := w.contents(filepath.Join(w.dir, "people", p), rec, heads, staff)
		if err != nil {
			return fmt.Errorf("the computer of %s: %w", p, err)
		}
		fresh, err := w.contents(w.freshDir(p), rec, heads, staff)
		if err != nil {
			return fmt.Errorf("the new computer of %s: %w", p, err)
		}
		if d := difference(old, fresh); d != "" {
			w.book.bad("the computer of %s shows something else than a new one:\n%s", p, d)
		}
	}
	return nil
}

func places(at map[desk.LaneID]desk.Cursor) string {
	var out []string
	for id, c := range at {
		out = append(out, fmt.Sprintf("%s %d %x", id, c.Seq, c.Hash))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// contents is everything a cache says.
func (w *world) contents(dir string, rec record, heads string, staff bool) ([]string, error) {
	key, err := w.key(dir)
	if err != nil {
		return nil, err
	}
	c, opened, err := cache.Open(filepath.Join(dir, "cache"), key, wire.Codec{}, time.Now())
	if err != nil || opened.Quarantined != "" {
		return nil, fmt.Errorf("%+v, %w", opened, err)
	}
	defer c.Close()
	cursors, err := c.Cursors()
	if err != nil {
		return nil, err
	}
	at := map[desk.LaneID]desk.Cursor{}
	for _, x := range cursors {
		at[x.Lane] = x
	}
	if got := places(at); got != heads {
		return nil, fmt.Errorf("it stands at\n%s\nand the ledger ends at\n%s", got, heads)
	}
	var out []string
	for _, v := range c.Views() {
		n, err := c.Count(v)
		if err != nil {
			return nil, err
		}
		n.Version = 0
		rows, err := c.Rows(v, 0, n.Total+1)
		if err != nil {
			return nil, err
		}
		line := fmt.Sprintf("view %s %+v:", v, n)
		for _, r := range rows {
			line += fmt.Sprintf(" %s", r.Ticket.ID)
		}
		out = append(out, line)
	}
	for _, id := range rec.tickets {
		t, read, err := c.Ticket(id)
		if errors.Is(err, desk.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		head, err := wire.Marshal(t)
		if err != nil {
			return nil, err
		}
		out = append(out, fmt.Sprintf("ticket %s read %d: %x", id, read, head))
		es, err := c.Entries(id, 0, 10_000)
		if err != nil {
			return nil, err
		}
		for _, e := range es {
			if !staff && (e.Audience == desk.Internal || e.Kind == desk.Note) {
				return nil, fmt.Errorf("a customer has entry %d of %s, which is internal", e.Seq, id)
			}
			b, err := wire.Marshal(e)
			if err != nil {
				return nil, err
			}
			out = append(out, fmt.Sprintf("entry %s %d: %x", id, e.Seq, b))
		}
	}
	p, err := c.Place()
	if err != nil {
		return nil, err
	}
	b, err := wire.Marshal(p)
	return append(out, fmt.Sprintf("place %x", b)), err
}

func difference(a, b []string) string {
	for i := range max(len(a), len(b)) {
		var x, y string
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y {
			return fmt.Sprintf(" here %.400s\n new  %.400s", x, y)
		}
	}
	return ""
}
