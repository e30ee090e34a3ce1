package power_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"docket/app/desk"
	"docket/storage/outbox"
	"docket/storage/outbox/outboxtest"
	"docket/sync/wire"
)

var begin = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// script is a day of one outbox: a fixed list of things its person, its engine
// and its server do, each depending on nothing but the seed and on what the
// outbox holds at that moment. So a run that was cut can be gone on with, and
// must come to the same end as one that was not.
type script struct {
	seed      uint64
	ops       int
	rewriteAt int64
	// after[i] is what the outbox says of itself after i steps of an undisturbed run.
	after []string
	steps int
	syncs []int
	// rewrites is how often a log was replaced in the undisturbed run.
	rewrites int
}

func newScript(seed uint64, ops int, rewriteAt int64) (*script, error) {
	s := &script{seed: seed, ops: ops, rewriteAt: rewriteAt}
	fsys := outboxtest.New()
	counted := &renames{FS: fsys}
	o, _, err := outbox.Open(s.config(counted, 0))
	if err != nil {
		return nil, err
	}
	s.after = []string{describe(o)}
	for i := range ops {
		if o, err = s.do(o, counted, i); err != nil {
			return nil, fmt.Errorf("step %d: %w", i+1, err)
		}
		s.after = append(s.after, describe(o))
	}
	s.steps, s.syncs, s.rewrites = fsys.Steps(), fsys.Syncs(), counted.n
	return s, o.Close()
}

// renames counts how often a log is replaced.
type renames struct {
	*outboxtest.FS
	n int
}

func (r *renames) Rename(from, to string) error {
	r.n++
	return r.FS.Rename(from, to)
}

func (s *script) config(fsys outbox.FS, i int) outbox.Config {
	return outbox.Config{
		Dir: "/d", Key: [32]byte{1, 2, 3}, Codec: wire.Codec{}, Encode: wire.EncodeCommand, Decode: wire.DecodeCommand,
		Now: func() time.Time { return begin.Add(time.Duration(i) * 7 * time.Second) },
		FS:  fsys, Reserve: -1, RewriteAt: s.rewriteAt,
	}
}

// uuid gives the n-th id of the script.
func (s *script) uuid(n int) string {
	return fmt.Sprintf("01950000-%04x-7000-8000-%012x", s.seed&0xffff, n)
}

// do does step i. It may close the outbox and open it again.
func (s *script) do(o *outbox.Outbox, fsys outbox.FS, i int) (*outbox.Outbox, error) {
	r := rand.New(rand.NewPCG(s.seed, uint64(i)))
	now := s.config(nil, i).Now
	items := o.Items()
	pick := func(fit func(outbox.Item) bool) (outbox.Item, bool) {
		var fits []outbox.Item
		for _, it := range items {
			if fit(it) {
				fits = append(fits, it)
			}
		}
		if len(fits) == 0 {
			return outbox.Item{}, false
		}
		return fits[r.IntN(len(fits))], true
	}
	// An outbox has one clock for as long as it is open; the step's own is used
	// where a time is an argument.
	var err error
	switch n := r.IntN(100); {
	case n < 30:
		_, err = o.Add(s.command(r, i), time.Time{})
	case n < 45:
		_, err = o.Next(now(), 1+r.IntN(4), nil)
	case n < 65:
		if it, ok := pick(func(it outbox.Item) bool { return it.State == outbox.Sent }); ok {
			rc := desk.Receipt{Command: it.ID, DSeq: it.DSeq, Ticket: it.Command.Ticket, At: now(), Hash: fmt.Sprintf("%064x", i)}
			rc.Outcome = []desk.Outcome{desk.OK, desk.OK, desk.OK, desk.Held, desk.Conflict, desk.Refused}[r.IntN(6)]
			_, err = o.Settle(rc)
		}
	case n < 83:
		err = s.draft(o, r, i)
	case n < 88:
		if it, ok := pick(func(it outbox.Item) bool { return it.State.NeedsPerson() }); ok {
			again := it.Command
			again.ID = desk.CommandID(s.uuid(i))
			_, err = o.Retry(it.ID, again)
		}
	case n < 92:
		if it, ok := pick(mayChange); ok {
			err = o.Discard(it.ID)
		}
	case n < 94:
		if it, ok := pick(func(it outbox.Item) bool { return it.State == outbox.Queued }); ok {
			err = o.Refuse(it.ID, &desk.Error{Code: desk.CodeNotFound, Message: "The file is gone."})
		}
	case n < 96:
		_, err = o.Requeue(o.LastSent() - min(o.LastSent(), r.Uint64N(3)))
	case n < 97:
		err = o.Fork()
	default:
		if err = o.Close(); err == nil {
			o, _, err = outbox.Open(s.config(fsys, i))
		}
	}
	return o, err
}

func mayChange(it outbox.Item) bool {
	return it.State.NeedsPerson() || it.State == outbox.Queued && it.SentAt.IsZero()
}

func (s *script) command(r *rand.Rand, i int) desk.Command {
	c := desk.Command{ID: desk.CommandID(s.uuid(i)), Ticket: desk.TicketID(s.uuid(1<<20 + r.IntN(8))), Basis: uint64(i), Composed: begin}
	switch n := r.IntN(10); {
	case n < 2:
		c.Ticket = desk.TicketID(s.uuid(1<<21 + i))
		c.Args = desk.Open{Subject: fmt.Sprint("Request ", i), Text: prose(r)}
	case n < 3:
		c.Args = desk.MarkRead{Seq: uint64(i)}
	case n < 5:
		c.Args = desk.AddNote{Text: prose(r)}
	default:
		c.Args = desk.Reply{Text: prose(r)}
	}
	return c
}

// prose is a text of some length: most short, some over several sectors.
func prose(r *rand.Rand) string {
	n := r.IntN(60)
	if r.IntN(4) == 0 {
		n = r.IntN(5000)
	}
	return fmt.Sprintf("%016x", r.Uint64()) + strings.Repeat("w", n)
}

func (s *script) draft(o *outbox.Outbox, r *rand.Rand, i int) error {
	key := fmt.Sprintf("ticket/%s/reply", s.uuid(1<<20+r.IntN(4)))
	if r.IntN(6) == 0 {
		return o.DropDraft(key)
	}
	return o.PutDraft(outbox.Draft{Key: key, Kind: outbox.DraftReply, Text: prose(r), Basis: uint64(i), Updated: begin.Add(time.Duration(i) * 3 * time.Second)})
}

// describe is everything an outbox says of itself.
func describe(o *outbox.Outbox) string {
	var b strings.Builder
	fmt.Fprintf(&b, "sent %d settled %d first %d\n", o.LastSent(), o.SettledUpTo(), o.FirstUnsettled())
	line := func(v any) {
		j, err := json.Marshal(v)
		if err != nil {
			j = []byte(err.Error())
		}
		b.Write(j)
		b.WriteByte('\n')
	}
	keys := map[string]bool{}
	for _, it := range o.Items() {
		// The time at which something was written down is the run's own: after a
		// cut the outbox was opened at another moment.
		it.QueuedAt, it.SentAt, it.SettledAt = same(it.QueuedAt), same(it.SentAt), same(it.SettledAt)
		if it.Receipt != nil && it.Receipt.Error != nil {
			rc := *it.Receipt
			rc.At, it.Receipt = begin, &rc
		}
		line(it)
		fmt.Fprintf(&b, "  %v waits for %q\n", it.Command.Args, it.WaitsFor)
	}
	for _, d := range o.Drafts() {
		keys[d.Key] = true
		line(d)
		for _, v := range o.Versions(d.Key) {
			line(v)
		}
	}
	return b.String()
}

func same(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return begin
}

// cut plays the script on fsys, whose power goes at FailAt, from step `from`
// on; o is nil when it has to be opened first. It gives how many steps were
// acknowledged and whether the next was under way.
func (s *script) cut(fsys *outboxtest.FS, from int) (done int, underWay bool, err error) {
	gone := func() bool { return fsys.FailAt > 0 && fsys.Steps() >= fsys.FailAt }
	o, opened, err := outbox.Open(s.config(fsys, from))
	switch {
	case err != nil && gone():
		return from, false, nil
	case err != nil:
		return from, false, fmt.Errorf("open: %w", err)
	case len(opened.Quarantined) > 0 || opened.Lost:
		return from, false, fmt.Errorf("what a power cut left was taken for damage: %+v", opened)
	}
	for i := from; i < s.ops; i++ {
		if gone() {
			return i, false, nil
		}
		if o, err = s.do(o, fsys, i); err != nil {
			if gone() {
				return i, true, nil
			}
			return i, false, fmt.Errorf("step %d: %w", i+1, err)
		}
	}
	if got := describe(o); got != s.after[s.ops] {
		return s.ops, false, fmt.Errorf("at the end the outbox is another than it was undisturbed:\n%s", firstDifference(got, s.after[s.ops]))
	}
	return s.ops, false, nil
}

// found opens what a power cut left and says how many steps of the script it
// holds: all that were acknowledged, and perhaps the one under way.
func (s *script) found(fsys *outboxtest.FS, done int, underWay bool) (int, error) {
	o, opened, err := outbox.Open(s.config(fsys, done))
	if err != nil {
		return 0, fmt.Errorf("open after the cut: %w", err)
	}
	if len(opened.Quarantined) > 0 || opened.Lost {
		return 0, fmt.Errorf("what a power cut left was taken for damage: %+v", opened)
	}
	got := describe(o)
	if err := o.Close(); err != nil {
		return 0, err
	}
	switch {
	case got == s.after[done]:
		return done, nil
	case underWay && got == s.after[done+1]:
		return done + 1, nil
	}
	return 0, fmt.Errorf("%d steps were acknowledged (one more under way: %v), and this was found:\n%s", done, underWay, firstDifference(got, s.after[done]))
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		a, b := "", ""
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			return fmt.Sprintf("line %d of %d/%d\n got  %.300s\n want %.300s", i+1, len(g), len(w), a, b)
		}
	}
	return "no difference"
}

// attack cuts the power at step `at`, and again and again in what follows,
// until the script is through. With a nil r all that can be lost is, and there is
// no second cut.
func (s *script) attack(at int, lie func(*outboxtest.FS), r *rand.Rand) (cuts int, err error) {
	fsys := outboxtest.New()
	from := 0
	for {
		fsys.FailAt = at
		lie(fsys)
		done, underWay, err := s.cut(fsys, from)
		if err != nil {
			return cuts, err
		}
		if done == s.ops && !underWay && (at == 0 || fsys.Steps() < at) {
			return cuts, nil
		}
		cuts++
		fsys = fsys.Crash(r)
		lie(fsys)
		if from, err = s.found(fsys, done, underWay); err != nil {
			return cuts, fmt.Errorf("power cut at step %d of the disk: %w", at, err)
		}
		if r == nil {
			return cuts, nil
		}
		at = 0
		if r != nil && cuts < 4 && r.IntN(3) > 0 {
			at = 1 + r.IntN(12) // soon: in the recovery itself
		}
		fsys = fsys.Crash(nil) // looking is over, and its process with it
	}
}
