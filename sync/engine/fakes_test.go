package engine_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"docket/app/desk"
	"docket/sync/engine"
	"docket/sync/link"
	"docket/sync/link/linktest"
	"docket/sync/wire"
)

const device = desk.DeviceID("018f0000-0000-7000-8000-00000000d001")

func ticketID(n int) desk.TicketID {
	return desk.TicketID(fmt.Sprintf("018f0000-0000-7000-8000-%012d", n))
}

func commandID(n int) desk.CommandID {
	return desk.CommandID(fmt.Sprintf("018f0000-0000-7000-9000-%012d", n))
}

// diary is the order in which things happened to the local side.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) add(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, fmt.Sprintf(format, args...))
}

func (d *diary) take() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := d.lines
	d.lines = nil
	return out
}

// memStore is a Store and Memory that believes what it is told and writes it
// into the diary.
type memStore struct {
	d *diary

	mu      sync.Mutex // guards what follows
	cursors map[desk.LaneID]desk.Cursor
	tokens  map[desk.LaneID]string
	meta    map[string][]byte
	missing []desk.TicketID
	lacking []desk.TicketID
	fail    error           // the next change fails with this
	slow    func(desk.Page) // runs inside SnapshotPage
	pages   map[string]int  // by lane
	whole   []desk.Item     // as put
	me      desk.Actor
}

func newMemStore(d *diary) *memStore {
	return &memStore{d: d, cursors: map[desk.LaneID]desk.Cursor{}, tokens: map[desk.LaneID]string{}, meta: map[string][]byte{}, pages: map[string]int{}}
}

func (m *memStore) take() ([]desk.TicketID, error) {
	err, missing := m.fail, m.missing
	m.fail, m.missing = nil, nil
	return missing, err
}

func (m *memStore) Cursors() ([]desk.Cursor, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []desk.Cursor
	for _, c := range m.cursors {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b desk.Cursor) int { return bytes.Compare([]byte(a.Lane), []byte(b.Lane)) })
	return out, nil
}

func (m *memStore) Apply(b desk.Batch) ([]desk.TicketID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	missing, err := m.take()
	if err != nil {
		return nil, err
	}
	if c := m.cursors[b.Lane]; c.Seq != b.Prev {
		return nil, engine.ErrGap
	}
	m.cursors[b.Lane] = desk.Cursor{Lane: b.Lane, Epoch: b.Epoch, Seq: b.Last, Hash: b.Hash}
	m.d.add("apply %s %d", b.Lane, b.Last)
	return missing, nil
}

func (m *memStore) PutWhole(items []desk.Item) ([]desk.TicketID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.whole = append(m.whole, items...)
	m.d.add("whole %d", len(items))
	return m.take()
}

func (m *memStore) SnapshotStart(lane desk.LaneID, resume bool) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !resume {
		m.tokens[lane] = ""
	}
	m.d.add("snapshot %s %q", lane, m.tokens[lane])
	delete(m.cursors, lane)
	return m.tokens[lane], nil
}

func (m *memStore) SnapshotPage(p desk.Page) ([]desk.TicketID, error) {
	m.mu.Lock()
	slow := m.slow
	m.mu.Unlock()
	if slow != nil {
		slow(p)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	missing, err := m.take()
	if err != nil {
		return nil, err
	}
	m.pages[string(p.Lane)]++
	m.tokens[p.Lane] = p.Next
	if p.Next == "" {
		m.cursors[p.Lane] = desk.Cursor{Lane: p.Lane, Epoch: p.Epoch, Seq: p.AsOf, Hash: p.Hash}
	}
	m.d.add("page %s %q", p.Lane, p.Next)
	return missing, nil
}

func (m *memStore) SnapshotProgress() (done, total int) { return 3, 7 }

func (m *memStore) KeepLanes(lanes []desk.LaneID) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id := range m.cursors {
		if !slices.Contains(lanes, id) {
			delete(m.cursors, id)
		}
	}
	m.d.add("keep %v", lanes)
	_, err := m.take()
	return err
}

func (m *memStore) Missing() ([]desk.TicketID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.lacking, nil
}

func (m *memStore) SetMe(a desk.Actor) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.me = a
	m.d.add("me %s", a.Person)
	return nil
}

func (m *memStore) Meta(key string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.meta[key], nil
}

func (m *memStore) SetMeta(key string, v []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.meta[key] = bytes.Clone(v)
	return nil
}

func (m *memStore) set(change func(*memStore)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(m)
}

// memOutbox is an Outbox by the book, in memory.
type memOutbox struct {
	d *diary

	mu              sync.Mutex // guards what follows
	queue           []engine.Item
	sent, confirmed []engine.Item
	refused         map[desk.CommandID]*desk.Error
	last, settled   uint64
	due             time.Time
	forks           int
}

func (o *memOutbox) add(its ...engine.Item) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.queue = append(o.queue, its...)
}

func command(n int) engine.Item {
	return engine.Item{ID: commandID(n), Body: []byte(fmt.Sprintf("command %d", n))}
}

func (o *memOutbox) Next(now time.Time, max int, ready func(engine.Item) bool) ([]engine.Item, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out, rest []engine.Item
	for _, it := range o.queue {
		if len(out) < max && !now.Before(o.due) && ready(it) {
			o.last++
			it.DSeq = o.last
			out = append(out, it)
		} else {
			rest = append(rest, it)
		}
	}
	o.queue = rest
	o.sent = append(o.sent, out...)
	return out, nil
}

func (o *memOutbox) Due(now time.Time) time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.queue) == 0 || !o.due.After(now) {
		return time.Time{}
	}
	return o.due
}

func (o *memOutbox) Settle(r desk.Receipt) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, it := range o.sent {
		if it.ID == r.Command && it.DSeq == r.DSeq {
			o.sent = slices.Delete(o.sent, i, i+1)
			o.confirmed = append(o.confirmed, it)
			o.settled = max(o.settled, r.DSeq)
			o.d.add("settle %d", r.DSeq)
			return nil
		}
	}
	return nil
}

func (o *memOutbox) Resend(from uint64) []engine.Item {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []engine.Item
	for _, it := range o.sent {
		if it.DSeq >= from {
			out = append(out, it)
		}
	}
	return out
}

func (o *memOutbox) Numbers() (uint64, uint64, uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	first := o.last + 1
	if len(o.sent) > 0 {
		first = o.sent[0].DSeq
	}
	return first, o.last, o.settled
}

func (o *memOutbox) Requeue(after uint64) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var again, keep []engine.Item
	for _, it := range append(slices.Clone(o.confirmed), o.sent...) {
		if it.DSeq > after {
			it.DSeq = 0
			again = append(again, it)
		} else {
			keep = append(keep, it)
		}
	}
	o.confirmed, o.sent = keep, nil
	o.queue = append(again, o.queue...)
	o.last, o.settled = min(o.last, after), min(o.settled, after)
	o.d.add("requeue %d", after)
	return len(again), nil
}

func (o *memOutbox) Fork() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.queue = append(o.sent, o.queue...)
	o.sent, o.last, o.settled = nil, 0, 0
	o.forks++
	return nil
}

func (o *memOutbox) Refuse(id desk.CommandID, e *desk.Error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.queue = slices.DeleteFunc(o.queue, func(it engine.Item) bool { return it.ID == id })
	if o.refused == nil {
		o.refused = map[desk.CommandID]*desk.Error{}
	}
	o.refused[id] = e
	return nil
}

func (o *memOutbox) counts() (queued, sent, confirmed int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.queue), len(o.sent), len(o.confirmed)
}

// noFiles is Files with nothing in it.
type noFiles struct{}

func (noFiles) Open(desk.BlobHash) (io.ReadSeekCloser, error)         { return nil, desk.ErrNotFound }
func (noFiles) Staged(desk.BlobHash) (int64, error)                   { return 0, nil }
func (noFiles) Append(desk.BlobHash, int64, io.Reader) (int64, error) { return 0, desk.ErrDiskFull }
func (noFiles) Commit(desk.BlobHash) error                            { return desk.ErrDamaged }
func (noFiles) Drop(desk.BlobHash) error                              { return nil }

// world is an engine against a server the test plays by hand.
type world struct {
	t     *testing.T
	net   *linktest.Net
	peers chan *peer

	d     *diary
	store *memStore
	out   *memOutbox
	files engine.Files
	eng   *engine.Engine

	mu       sync.Mutex // guards what follows
	statuses []engine.Status
	presence []wire.Presence
	damaged  []error
	progress []engine.Progress
	wall     time.Duration                                     // added to the clock
	http     func(w http.ResponseWriter, r *http.Request) bool // true: answered
	jitter   float64
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d := &diary{}
	w := &world{t: t, net: linktest.New(), peers: make(chan *peer, 4), d: d, store: newMemStore(d), out: &memOutbox{d: d}, files: noFiles{}, jitter: 1}
	srv := &http.Server{Handler: http.HandlerFunc(w.serve)}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		_ = srv.Serve(w.net)
	}()
	t.Cleanup(func() {
		if w.eng != nil {
			w.eng.Close()
		}
		_ = srv.Close()
		_ = w.net.Close()
		<-stopped
		for {
			select {
			case p := <-w.peers:
				<-p.conn.Done()
			default:
				return
			}
		}
	})
	return w
}

func (w *world) serve(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	answer := w.http
	w.mu.Unlock()
	if answer != nil && answer(rw, r) {
		return
	}
	if r.Header.Get("Authorization") != "Bearer token" {
		rw.WriteHeader(http.StatusUnauthorized)
		return
	}
	c, err := link.Accept(rw, r, link.Config{})
	if err != nil {
		return
	}
	p := &peer{t: w.t, conn: c, in: make(chan wire.Frame, 100), ended: make(chan link.End, 1)}
	c.Start(p)
	w.peers <- p
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.wall)
}

func (w *world) start() {
	w.t.Helper()
	w.build()
	w.eng.Start()
}

func (w *world) build() {
	w.t.Helper()
	eng, err := engine.New(engine.Config{
		Server: "http://localhost", Token: "token", Device: device, App: "test",
		Store: w.store, Memory: w.store, Outbox: w.out, Files: w.files,
		NetDial: w.net.Dial, Now: w.now,
		Rand: func() float64 { w.mu.Lock(); defer w.mu.Unlock(); return w.jitter },
		OnStatus: func(s engine.Status) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.statuses = append(w.statuses, s)
		},
		OnPresence: func(p wire.Presence) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.presence = append(w.presence, p)
		},
		OnProgress: func(p engine.Progress) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.progress = append(w.progress, p)
		},
		OnDamaged: func(err error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.damaged = append(w.damaged, err)
		},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.eng = eng
}

// accept gives the next connection the engine makes.
func (w *world) accept() *peer {
	w.t.Helper()
	select {
	case p := <-w.peers:
		return p
	case <-time.After(10 * time.Minute):
		w.t.Fatal("the engine did not connect")
		return nil
	}
}

// connect accepts, takes the hello and sends a welcome.
func (w *world) connect(wl wire.Welcome) (*peer, *wire.Hello) {
	w.t.Helper()
	p := w.accept()
	h := expect[*wire.Hello](p)
	p.send(welcome(wl))
	return p, h
}

// welcome fills in what a test does not care for.
func welcome(wl wire.Welcome) wire.Welcome {
	wl.Proto = max(wl.Proto, 1)
	if wl.ServerEpoch == "" {
		wl.ServerEpoch = "e1"
	}
	if wl.Now.IsZero() {
		wl.Now = time.Now()
	}
	if wl.LeaseUntil.IsZero() {
		wl.LeaseUntil = wl.Now.Add(14 * 24 * time.Hour)
	}
	wl.Actor = desk.Actor{Person: "ada", Name: "Ada", Role: desk.Engineer}
	wl.CanWrite = wl.AuthEpoch != 99 // 99 stands for a client too old to write
	return wl
}

// status waits until everything is still and gives the status.
func (w *world) status() engine.Status {
	synctest.Wait()
	return w.eng.Status()
}
