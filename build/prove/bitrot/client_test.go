package bitrot_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"docket/app/desk"
	"docket/build/prove/town"
	"docket/storage/cache"
	"docket/storage/outbox"
	"docket/sync/wire"
)

// question is something a client is asked, and how.
type question struct {
	name string
	ask  func(*cache.Cache) (any, error)
}

// questions are everything a program may ask its cache of what the world holds.
func (w *world) questions(views []cache.ViewID) []question {
	var qs []question
	add := func(name string, ask func(*cache.Cache) (any, error)) { qs = append(qs, question{name, ask}) }
	add("cursors", func(c *cache.Cache) (any, error) { return c.Cursors() })
	add("missing", func(c *cache.Cache) (any, error) { return c.Missing() })
	add("me", func(c *cache.Cache) (any, error) { return c.Me() })
	add("totals", func(c *cache.Cache) (any, error) { return c.Totals() })
	add("place", func(c *cache.Cache) (any, error) { return c.Place() })
	add("desk", func(c *cache.Cache) (any, error) { return c.Desk() })
	add("views", func(c *cache.Cache) (any, error) { return c.Views(), nil })
	for _, name := range []string{"engine.epoch", "engine.lease"} {
		add("meta "+name, func(c *cache.Cache) (any, error) { return c.Meta(name) })
	}
	for _, v := range views {
		add("count "+string(v), func(c *cache.Cache) (any, error) {
			n, err := c.Count(v)
			n.Version = 0
			return n, err
		})
		add("rows "+string(v), func(c *cache.Cache) (any, error) { return c.Rows(v, 0, 1000) })
		add("half of "+string(v), func(c *cache.Cache) (any, error) { return c.Rows(v, 9, 7) })
	}
	for _, id := range w.tickets {
		add("ticket "+string(id), func(c *cache.Cache) (any, error) { return c.Row(id) })
		add("entries of "+string(id), func(c *cache.Cache) (any, error) { return c.Entries(id, 0, 1000) })
		add("reference of "+string(id), func(c *cache.Cache) (any, error) { return c.ByReference(id.Reference()) })
		for _, v := range views {
			add(fmt.Sprintf("position of %s in %s", id, v), func(c *cache.Cache) (any, error) { return c.Position(v, id) })
		}
	}
	for n := range desk.Number(len(w.tickets) + 5) {
		add(fmt.Sprintf("number %d", 2040+n), func(c *cache.Cache) (any, error) { return c.ByNumber(2040 + n) })
	}
	for _, word := range append([]string{"nowhere", "e", "ba"}, words...) {
		add("find "+word, func(c *cache.Cache) (any, error) { return found(c, word) })
		add("find "+word+" router", func(c *cache.Cache) (any, error) { return found(c, word+" router") })
	}
	return qs
}

// answer is what a question gets: bytes that are the same for the same answer.
func (q question) answer(c *cache.Cache) (string, error) {
	v, err := q.ask(c)
	var known *desk.Error
	if errors.As(err, &known) && known.Code == desk.CodeNotFound {
		return "not here", nil // an answer like others
	}
	if err != nil {
		return "", err
	}
	b, err := wire.Marshal(v)
	return string(b), err
}

func answers(c *cache.Cache, qs []question) (map[string]string, error) {
	out := map[string]string{}
	for _, q := range qs {
		a, err := q.answer(c)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", q.name, err)
		}
		out[q.name] = a
	}
	return out, nil
}

// truth is what an undamaged client answers before and after it went online.
type truth struct {
	questions     []question
	before, after map[string]string
}

// learn runs a case without a flip.
func (w *world) learn() (tr truth, err error) {
	c, end, err := w.begin(0, spot{})
	if err != nil {
		return tr, err
	}
	defer end()
	if err := c.Open(true); err != nil {
		return tr, err
	}
	tr.questions = w.questions(c.Cache.Views())
	if tr.before, err = answers(c.Cache, tr.questions); err != nil {
		return tr, err
	}
	for _, q := range tr.questions {
		if kind, _, ok := strings.Cut(q.name, " "); ok && kind == "rows" && len(tr.before[q.name]) < 10 && (strings.HasSuffix(q.name, " all") || strings.HasSuffix(q.name, " all_open")) {
			return tr, fmt.Errorf("the world is empty: %s is %q", q.name, tr.before[q.name])
		}
	}
	c.Engine.SetPaused(false)
	if !w.Quiet(nil, []*town.Client{c}) {
		return tr, errors.New("the undamaged client does not settle")
	}
	tr.after, err = answers(c.Cache, tr.questions)
	return tr, err
}

// begin puts a client's folder, with its bit flipped, and a server's.
func (w *world) begin(which int, at spot) (*town.Client, func(), error) {
	data, rmData := w.folder("case-server")
	dir, rmDir := w.folder("case-client")
	rmData()
	rmDir()
	c := w.victim.In(dir)
	err := errors.Join(w.server[0].put(data), w.client[which].put(dir))
	if err == nil && at.name != "" {
		err = at.flip(dir)
	}
	if err == nil {
		err = w.Try(data)
	}
	return c, func() {
		_ = c.Close()
		_ = w.Server.Close()
		rmData()
		rmDir()
	}, err
}

// damagedClient starts a client with a flipped bit and gives what came of it.
func (w *world) damagedClient(which int, at spot, tr truth) (outcome string, err error) {
	c, end, err := w.begin(which, at)
	if err != nil {
		return "", err
	}
	defer end()
	heard := false
	c.Damaged = func(error) { heard = true }
	if err := c.Open(true); err != nil {
		return refused(err)
	}
	told := c.Was.Cache.Quarantined != "" || c.Was.Cache.Behind
	late, err := w.offline(c, told, &heard, tr)
	if err != nil {
		return "", err
	}
	if at.kind == "outbox.log" || at.kind == "drafts.log" {
		told = told || c.Was.Outbox.Lost
	}
	if err := w.written(c); err != nil {
		return "", err
	}
	lostFiles, err := w.carried(c)
	if err != nil {
		return "", err
	}
	told = told || heard || len(lostFiles) > 0
	if heard {
		// The program closes it, loads it anew and says so.
		_ = c.Close()
		if err := cache.Discard(filepath.Join(c.Dir, "cache"), "damaged while open"); err != nil {
			return "", err
		}
		heard = false
		if err := c.Open(true); err != nil {
			return "", fmt.Errorf("after the damaged cache was put aside: %w", err)
		}
	}
	quarantined := len(c.Was.Outbox.Quarantined) > 0
	outcome = "harmless"
	switch {
	case late:
		outcome = "told late"
	case told:
		outcome = "told"
	case quarantined:
		outcome = "repaired"
	}
	return outcome, w.online(c, at, tr, lostFiles, &heard)
}

// offline asks the cache everything, and then for all of its tables to be read,
// as the program does a little after it has opened. late says that only this
// told of an answer that was wrong.
func (w *world) offline(c *town.Client, told bool, heard *bool, tr truth) (late bool, err error) {
	if told {
		return false, nil
	}
	var wrong error
	for _, q := range tr.questions {
		a, err := q.answer(c.Cache)
		switch {
		case *heard:
			return wrong != nil, nil
		case err != nil:
			return false, fmt.Errorf("%s: nobody was told, and %w", q.name, err)
		case a != tr.before[q.name] && wrong == nil:
			wrong = fmt.Errorf("%s: a wrong answer and nobody was told: %.300q, want %.300q", q.name, a, tr.before[q.name])
		}
	}
	if err := c.Cache.Verify(); err != nil && !*heard {
		return false, fmt.Errorf("nobody was told, and %w", err)
	}
	if *heard {
		return wrong != nil, nil
	}
	return false, wrong
}

// refused says that a program that will not open says so in words.
func refused(err error) (string, error) {
	var e *desk.Error
	if !errors.As(err, &e) || e.Message == "" {
		return "", fmt.Errorf("it does not open, and says only: %w", err)
	}
	return "told", nil
}

// written compares outbox and drafts with what their author wrote.
func (w *world) written(c *town.Client) error {
	for id, text := range w.queued {
		it, ok := c.Outbox.Item(id)
		switch {
		case !ok && !c.Was.Outbox.Lost:
			return fmt.Errorf("the queued %q is gone and nobody was told", text)
		case ok && textOf(it) != text:
			return fmt.Errorf("the queued %q became %q", text, textOf(it))
		}
	}
	for key, text := range w.drafts {
		d, ok := c.Outbox.Draft(key)
		if (!ok || d.Text != text) && !c.Was.Outbox.Lost {
			return fmt.Errorf("the draft %q is %q, and nobody was told", text, d.Text)
		}
	}
	return nil
}

func textOf(it outbox.Item) string {
	switch a := it.Command.Args.(type) {
	case desk.Reply:
		return a.Text
	case desk.AddNote:
		return a.Text
	}
	return ""
}

// carried reads every file and gives those that say they are damaged.
func (w *world) carried(c *town.Client) (lost []desk.BlobHash, err error) {
	for h, f := range w.files {
		b, err := whole(c.Files.Open(h))
		switch {
		case errors.Is(err, desk.ErrDamaged):
			lost = append(lost, h)
		case err != nil:
			return nil, fmt.Errorf("file %s: %w", f.Name, err)
		case !bytes.Equal(b, f.data):
			return nil, fmt.Errorf("file %s reads as another, and nobody was told", f.Name)
		}
	}
	return lost, nil
}

// online lets the client reach the server, and everything must be as if
// nothing had happened, but for what was told as lost.
func (w *world) online(c *town.Client, at spot, tr truth, lost []desk.BlobHash, heard *bool) error {
	c.Engine.SetPaused(false)
	forked := func() bool { return trouble(c) == desk.CodeForked }
	patient := func() bool { return c.Settled() && c.At(w.Places()[c.Person]) || *heard || forked() }
	if !until(patient) {
		if len(lost) == 0 {
			return fmt.Errorf("online it does not settle: %v", c)
		}
	}
	if forked() {
		if !c.Was.Outbox.Lost {
			return errors.New("its number is taken for another's, and the outbox said nothing of damage")
		}
		return nil // who signs in again goes on; package app holds that
	}
	if *heard {
		return errors.New("only online it was told that the cache is damaged, after every answer was right")
	}
	for _, h := range lost {
		f := w.files[h]
		if err := c.Engine.Download(context.Background(), f.ticket, f.Attachment); err != nil && !w.unsent(h) {
			return fmt.Errorf("the damaged file %s cannot be fetched again: %w", f.Name, err)
		}
		if b, err := whole(c.Files.Open(h)); !w.unsent(h) && (err != nil || !bytes.Equal(b, f.data)) {
			return fmt.Errorf("the damaged file %s was fetched again and is %w", f.Name, err)
		}
	}
	if c.Was.Outbox.Lost || len(lost) > 0 && slices.ContainsFunc(lost, w.unsent) {
		return nil // the server has less than it would have
	}
	for _, q := range tr.questions {
		a, err := q.answer(c.Cache)
		if err != nil {
			return fmt.Errorf("online, %s: %w", q.name, err)
		}
		if a != tr.after[q.name] {
			return fmt.Errorf("online, %s: %.300q, want %.300q", q.name, a, tr.after[q.name])
		}
	}
	return nil
}

// unsent reports whether a file is on the victim's computer alone.
func (w *world) unsent(h desk.BlobHash) bool {
	return w.files[h].ticket == w.tickets[2] && w.files[h].Size == 70_000
}

// trouble is what a client says of its line to the server.
func trouble(c *town.Client) desk.Code {
	if e := c.Engine.Status().Err; e != nil {
		return e.Code
	}
	return ""
}

// found gives what is found once the index is gathered, by its id: in which
// order tickets of about the same time come, and whether words of an old and of
// a new reply meet, hangs on that.
func found(c *cache.Cache, text string) ([]cache.Row, error) {
	if err := c.Index(context.Background()); err != nil {
		return nil, err
	}
	rows, err := c.Find(text, 100)
	slices.SortFunc(rows, func(a, b cache.Row) int { return strings.Compare(string(a.Ticket.ID), string(b.Ticket.ID)) })
	return rows, err
}
