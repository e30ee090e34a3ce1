package crash_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"docket/app"
	"docket/build/prove/headless"
	"docket/storage/outbox"
	"docket/sync/cmd/docketd/runtest"
)

// order tells a client process what it is.
type order struct {
	Server string
	People []someone
	Seed   uint64
	// Run counts the starts of this process, so that its tokens are its own.
	Run int
	Die plan
	// Quiet says to do nothing new, and only to say how things stand.
	Quiet bool
}

type someone struct{ ID, Dir string }

// plan is where a client dies by its own hand, at a place no timer would find.
type plan struct {
	// Step names an operation on the outbox's or the drafts' file: "half" a
	// record written, "unsynced", "synced" but nobody told, or a step of a
	// rewrite: "begun", "written", "renaming", "renamed". Empty is never.
	Step string
	// After is how many of them are let pass.
	After int
}

const orderEnv = "DOCKET_CRASH_CLIENT"

// client is the whole life of a client process.
func client(spec string) error {
	var o order
	if err := json.Unmarshal([]byte(spec), &o); err != nil {
		return err
	}
	end := make(chan struct{}) // closed with standard input
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(end)
	}()
	m := &mouth{}
	var wg sync.WaitGroup
	for i, p := range o.People {
		wg.Go(func() {
			w := &worker{mouth: m, who: p, server: o.Server, run: o.Run, quiet: o.Quiet, end: end, r: rand.New(rand.NewPCG(o.Seed, uint64(i))), files: map[string]string{}}
			disk := &deadly{plan: o.Die, told: func() { m.say(said{What: sRewrites, Who: p.ID}) }}
			if i > 0 {
				disk.plan = plan{}
			}
			if err := w.live(disk); err != nil {
				m.say(said{What: sProblem, Who: p.ID, Text: err.Error()})
			}
		})
	}
	wg.Wait()
	return nil
}

// worker is one person at their program.
type worker struct {
	*mouth
	who    someone
	server string
	run    int
	n      int
	quiet  bool
	end    <-chan struct{}
	r      *rand.Rand
	api    *app.API
	// asked are commands without an answer yet: token to ticket.
	asked map[string]string
	files map[string]string
	saved map[string]int
}

// dial waits for the server as long as anybody would: the engine's own patience
// is another check's business.
func dial(ctx context.Context, network, addr string) (net.Conn, error) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	for {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		if err == nil {
			return conn, nil
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-tick.C:
		}
	}
}

func (w *worker) live(disk outbox.FS) error {
	p := app.New(app.Deps{
		Profile: headless.Profile, Dir: w.who.Dir, Version: "crash", Shell: &headless.Shell{}, Notifier: headless.Quiet{},
		Vault: headless.Vault(w.who.Dir), NetDial: dial, Disk: disk, RewriteAt: 8 << 10,
	})
	w.api = p.API()
	p.Start()
	defer p.Close()
	p.Ready()
	boot, err := w.api.Boot()
	for err == nil && boot.State == "signed_out" {
		if boot, err = w.api.SignIn(w.server, w.who.ID, runtest.Password); err != nil {
			w.say(said{What: "sign-in", Who: w.who.ID, Text: err.Error()})
			select {
			case <-w.end:
				return nil
			case <-time.After(200 * time.Millisecond):
			}
			boot, err = w.api.Boot()
		}
	}
	if err != nil {
		return err
	}
	if boot.State != "ready" {
		return fmt.Errorf("%s: %+v", boot.State, boot.Problem)
	}
	if boot.Notice != "" {
		w.say(said{What: "notice", Who: w.who.ID, Text: boot.Notice})
	}
	if err := w.begin(); err != nil {
		return err
	}
	if w.quiet {
		return w.rest()
	}
	return w.work()
}

// begin says what the program has kept.
func (w *worker) begin() error {
	drafts, err := w.api.Drafts()
	if err != nil {
		return err
	}
	s := said{What: sBegin, Who: w.who.ID, Drafts: map[string]string{}}
	w.saved = map[string]int{}
	for _, d := range drafts {
		if d.Kind == string(outbox.DraftNew) && tokenIn(d.Text) == "" {
			s.Drafts[d.Key] = sumOf(d.Text)
		}
	}
	items, err := w.api.Outbox()
	if err != nil {
		return err
	}
	w.asked = map[string]string{}
	for _, it := range items {
		if tk := tokenIn(it.Text); tk != "" {
			s.Items = append(s.Items, item{it.ID, tk, it.State})
			if it.State != "confirmed" {
				w.asked[tk] = it.Ticket
			}
		}
	}
	w.say(s)
	return nil
}

func (w *worker) work() error {
	pause := time.NewTimer(0)
	defer pause.Stop()
	for i := 0; ; i++ {
		select {
		case <-w.end:
			return nil
		case <-pause.C:
		}
		if err := w.something(); err != nil {
			return err
		}
		if err := w.look(i%25 == 0); err != nil {
			return err
		}
		// Nobody writes as many as an outbox forgets, a thousand: who was killed may
		// not have said that one of them arrived.
		pause.Reset(time.Duration(20+w.r.IntN(80)) * time.Millisecond)
	}
}

// rest says how things stand until the end.
func (w *worker) rest() error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for i := 0; ; i++ {
		select {
		case <-w.end:
			return nil
		case <-tick.C:
		}
		c, err := w.api.Connection()
		if err != nil {
			return err
		}
		if c.State == "offline" {
			_ = w.api.TryNow()
		}
		if i%10 == 0 {
			if err := w.look(true); err != nil {
				return err
			}
		}
		w.say(said{What: sStand, Who: w.who.ID, State: c.State, Wait: c.Waiting, AsOf: c.AsOf})
	}
}

func (w *worker) token() string {
	w.n++
	return fmt.Sprintf("tk-%s-%d-%d.", w.who.ID, w.run, w.n)
}

func (w *worker) words(token string) string {
	n := w.r.IntN(12)
	if w.r.IntN(8) == 0 {
		n = w.r.IntN(400)
	}
	return token + strings.Repeat(" and so on", n)
}

// ask gives a command to the program and says what it said.
func (w *worker) ask(kind, ticket, token string, do func() (string, error)) {
	w.say(said{What: sAsk, Who: w.who.ID, Kind: kind, Ticket: ticket, Token: token, File: w.files[token]})
	id, err := do()
	if id == "" {
		id = ticket
	}
	if err != nil {
		w.say(said{What: sNot, Who: w.who.ID, Token: token, Text: err.Error()})
		return
	}
	w.say(said{What: sQueued, Who: w.who.ID, Kind: kind, Ticket: id, Token: token})
	w.asked[token] = id
}

func (w *worker) something() error {
	switch n := w.r.IntN(100); {
	case n < 30:
		return w.draft()
	case n < 38:
		w.open()
		return nil
	}
	row, ok := w.aTicket()
	if !ok {
		w.open()
		return nil
	}
	w.on(row)
	return nil
}

// aTicket is one of those the person sees, newer ones more often.
func (w *worker) aTicket() (app.Row, bool) {
	views, err := w.api.Views()
	if err != nil || len(views) == 0 {
		return app.Row{}, false
	}
	v := views[w.r.IntN(len(views))]
	if v.Total == 0 {
		return app.Row{}, false
	}
	p, err := w.api.Rows(v.ID, w.r.IntN(min(v.Total, 40)), 1)
	if err != nil || len(p.Rows) == 0 {
		return app.Row{}, false
	}
	return p.Rows[0], true
}

func (w *worker) open() {
	tk := w.token()
	dept := []string{"servers", "mail", "billing", "care"}[w.r.IntN(4)]
	t := app.NewTicket{Subject: "About " + w.who.ID, Text: w.words(tk), Department: dept, Urgency: "normal", Files: w.attach(tk)}
	if w.staff() {
		t.Requester, t.Org = "elif", "papierladen"
	} else {
		t.Private = w.r.IntN(4) == 0
	}
	w.ask("open", "", tk, func() (string, error) {
		o, err := w.api.OpenTicket(t)
		return o.Ticket, err
	})
}

func (w *worker) staff() bool {
	return strings.Contains("lotte anna jonas priya nadia marek tomas", w.who.ID)
}

// attach gives a file now and then.
func (w *worker) attach(token string) []string {
	if w.r.IntN(8) > 0 {
		return nil
	}
	b := make([]byte, 1+w.r.IntN(60_000))
	for i := range b {
		b[i] = byte(w.r.Uint32())
	}
	f, err := w.api.AddFile("f.bin", base64.StdEncoding.EncodeToString(b))
	if err != nil {
		w.say(said{What: sProblem, Who: w.who.ID, Text: "add a file: " + err.Error()})
		return nil
	}
	w.files[token] = f.Hash
	return []string{f.Hash}
}

// on does something to a ticket.
func (w *worker) on(row app.Row) {
	id, tk := row.ID, w.token()
	text := w.words(tk)
	basis := 1 << 30
	staff := w.staff()
	switch n := w.r.IntN(100); {
	case n < 45:
		files := w.attach(tk)
		w.ask("reply", id, tk, func() (string, error) { return "", w.api.Reply(id, text, files, basis, "", app.Beside{}) })
	case n < 55 && staff:
		files := w.attach(tk)
		w.ask("note", id, tk, func() (string, error) { return "", w.api.AddNote(id, text, files, nil) })
	case n < 63 && staff:
		to := []string{"in_progress", "waiting_customer", "waiting_third_party", "on_hold"}[w.r.IntN(4)]
		w.ask("status", id, tk, func() (string, error) { return "", w.api.SetStatus(id, to, "", tk) })
	case n < 71 && staff:
		to := []string{"servers", "mail", "billing", "domains", "care"}[w.r.IntN(5)]
		w.ask("refer", id, tk, func() (string, error) { return "", w.api.Refer(id, to, tk, "", []app.PromiseDecision{}) })
	case n < 76 && staff:
		_ = w.api.Assign(id, []string{"", "jonas", "anna", "nadia"}[w.r.IntN(4)], "", []app.PromiseDecision{})
	case n < 80 && staff:
		to := []string{"low", "normal", "high"}[w.r.IntN(3)]
		w.ask("priority", id, tk, func() (string, error) { return "", w.api.SetPriority(id, to, tk, "") })
	case n < 84:
		w.ask("close", id, tk, func() (string, error) { return "", w.api.CloseTicket(id, tk, "", false) })
	case n < 88:
		w.ask("reopen", id, tk, func() (string, error) { return "", w.api.Reopen(id, tk) })
	case n < 92:
		_ = w.api.SetCCs(id, []string{[]string{"pieter", "mert", "miriam"}[w.r.IntN(3)]}, nil, false)
	case n < 95 && !staff:
		_ = w.api.SetPrivate(id, w.r.IntN(2) == 0)
	default:
		_ = w.api.Focused(true)
		_ = w.api.Looking(id, w.r.IntN(2) == 0)
	}
}

// draft writes on one of a few drafts, as a person typing does.
func (w *worker) draft() error {
	key := fmt.Sprintf("new/01950000-0000-7000-8000-%012x", w.r.IntN(4))
	if w.r.IntN(12) == 0 {
		w.say(said{What: sDrop, Who: w.who.ID, Key: key})
		if err := w.api.DropDraft(key); err != nil {
			return fmt.Errorf("drop a draft: %w", err)
		}
		w.say(said{What: sDropped, Who: w.who.ID, Key: key})
		return nil
	}
	w.n++
	n := w.run*1_000_000 + w.n
	w.say(said{What: sWrite, Who: w.who.ID, Key: key, N: n})
	if _, err := w.api.SaveDraft(app.Draft{Key: key, Kind: string(outbox.DraftNew), Text: draftText(w.who.ID, key, n)}); err != nil {
		return fmt.Errorf("save a draft: %w", err)
	}
	w.say(said{What: sSaved, Who: w.who.ID, Key: key, N: n})
	return nil
}

// look reads what the program shows of what was asked for, and says it. What
// came back is sent anyway, or thrown away, or left.
func (w *worker) look(whole bool) error {
	for token, ticket := range w.asked { // any one
		w.conversation(token, ticket)
		break
	}
	if !whole {
		return nil
	}
	items, err := w.api.Outbox()
	if err != nil {
		return err
	}
	for _, it := range items {
		tk := tokenIn(it.Text)
		if tk == "" || w.asked[tk] == "" {
			continue
		}
		switch it.State {
		case "confirmed":
			w.say(said{What: sAnswer, Who: w.who.ID, Token: tk, ID: it.ID, State: it.State})
			delete(w.asked, tk)
			w.conversation(tk, it.Ticket)
		case "held", "conflict", "refused":
			w.say(said{What: sAnswer, Who: w.who.ID, Token: tk, ID: it.ID, State: it.State})
			w.decide(it, tk)
		}
	}
	return nil
}

func (w *worker) decide(it app.OutboxItem, token string) {
	n := w.r.IntN(4)
	if w.quiet { // nothing new; but what hangs on an opening would wait for ever
		n = map[bool]int{true: 1, false: 3}[it.Kind == "open"]
	}
	switch n {
	case 0:
		if it.State == "held" {
			_ = w.api.SendAnyway(it.ID)
		} else {
			_ = w.api.RetryItem(it.ID)
		}
	case 1:
		w.say(said{What: sDiscard, Who: w.who.ID, Token: token})
		if w.api.DiscardItem(it.ID) == nil {
			w.say(said{What: sGone, Who: w.who.ID, Token: token})
			delete(w.asked, token)
		}
	}
}

// conversation says which of the person's own entries a ticket shows as
// received.
func (w *worker) conversation(token, ticket string) {
	v, err := w.api.Ticket(ticket)
	if err != nil {
		return
	}
	for _, e := range v.Entries {
		tk := tokenIn(e.Text)
		if tk != token || e.Receipt == nil || e.Seq == 0 {
			continue
		}
		if e.Receipt.State == "confirmed" || e.Receipt.State == "seen" {
			w.say(said{What: sShown, Who: w.who.ID, Token: tk, Ticket: ticket, Number: v.Row.Number, Seq: e.Seq, Hash: e.Receipt.Hash})
			if e.Receipt.Hash != "" {
				delete(w.asked, tk)
			}
		}
	}
}

// deadly is the real file system, on which the process dies at a step.
type deadly struct {
	outbox.OS
	plan plan
	n    atomic.Int64
	told func()
}

// at dies when it is time to.
func (d *deadly) at(step string) {
	if d.plan.Step == step && int(d.n.Add(1)) > d.plan.After {
		d.die()
	}
}

func (d *deadly) die() {
	me, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = me.Kill()
	}
	if err != nil {
		os.Exit(1)
	}
	select {}
}

// Open implements outbox.FS.
func (d *deadly) Open(name string, create bool) (outbox.File, error) {
	f, err := d.OS.Open(name, create)
	if err != nil {
		return nil, err
	}
	base := filepath.Base(name)
	if strings.HasSuffix(base, ".new") {
		d.at("begun")
	}
	return &deadlyFile{File: f, d: d, log: strings.HasSuffix(base, ".log")}, nil
}

// Rename implements outbox.FS.
func (d *deadly) Rename(from, to string) error {
	d.at("renaming")
	err := d.OS.Rename(from, to)
	d.at("renamed")
	d.told()
	return err
}

type deadlyFile struct {
	outbox.File
	d   *deadly
	log bool
}

// WriteAt implements outbox.File.
func (f *deadlyFile) WriteAt(b []byte, at int64) (int, error) {
	if f.log && f.d.plan.Step == "half" && int(f.d.n.Add(1)) > f.d.plan.After {
		_, err := f.File.WriteAt(b[:len(b)/2], at)
		if err != nil {
			return 0, errors.Join(err)
		}
		f.d.die()
	}
	n, err := f.File.WriteAt(b, at)
	if f.log {
		f.d.at("unsynced")
	} else {
		f.d.at("written")
	}
	return n, err
}

// Sync implements outbox.File.
func (f *deadlyFile) Sync() error {
	err := f.File.Sync()
	if f.log {
		f.d.at("synced")
	}
	return err
}
