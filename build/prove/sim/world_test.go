package sim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"docket/app/desk"
	"docket/build/prove/simnet"
	"docket/storage/ledger"
	"docket/sync/authority/secret"
	"docket/sync/cmd/docketd/run"
	"docket/sync/link"
	"docket/sync/wire"
)

// theDesk has every role and kind of access.
const theDesk = `
desk: {name: Veldhost}
departments:
  - {id: triage, name: Service desk, triage: true}
  - {id: hosting, name: Hosting, entry: direct}
  - {id: billing, name: Billing, entry: direct}
organizations:
  - {id: bakery, name: Bakery Brandt}
  - {id: studio, name: Studio Lund}
people:
  - {id: elif, name: Elif Brandt, role: customer, memberships: [{org: bakery, access: comment}]}
  - {id: max, name: Max Brandt, role: customer, memberships: [{org: bakery, access: read}]}
  - {id: nina, name: Nina Brandt, role: customer, memberships: [{org: bakery, access: none}]}
  - {id: lars, name: Lars Lund, role: customer, memberships: [{org: studio, access: comment}]}
  - {id: olga, name: Olga Lund, role: customer, memberships: [{org: studio, access: read}, {org: bakery, access: none}]}
  - {id: jonas, name: Jonas Vos, role: engineer, departments: [hosting, triage]}
  - {id: petra, name: Petra Smit, role: engineer, departments: [billing]}
  - {id: timo, name: Timo Bos, role: engineer, departments: [hosting]}
  - {id: lea, name: Lea Moor, role: lead, departments: [hosting]}
  - {id: ada, name: Ada Root, role: admin}
`

// people are those with computers, two each.
var people = []desk.PersonID{"elif", "max", "nina", "lars", "olga", "jonas", "petra", "timo", "lea", "ada"}

// A fault of the ledger's next transaction that writes.
const (
	well        = iota
	fullBefore  // the disk is full, nothing happens
	awayAfter   // it is committed, and the answer is lost
	crashBefore // the server dies before the commit
	crashAfter  // and after it, before anybody hears
)

// world is a desk of one seed.
type world struct {
	t    *testing.T
	r    *rand.Rand
	dir  string
	net  *simnet.Net
	srv  *run.Server
	cfg  run.Config
	n    int // of data folders
	skew atomic.Int64

	turn    chan struct{} // held while the ledger is written or copied
	next    atomic.Int32  // what becomes of the next write
	views   atomic.Int32  // so many reads fail
	dead    atomic.Bool   // the server crashed; nothing may be written
	crashed string        // the folder that was left; guarded by turn
	backup  string

	computers []*computer
	ids       []desk.TicketID
	said      map[string]desk.CommandID // every text that was taken in, by its newest command
	unsure    map[string]bool           // texts whose keeping failed
	count     map[string]int            // for the figures
	gaps      atomic.Int64              // tickets whose entries did not join up
	again     atomic.Int64              // commands pushed twice on purpose

	mu      sync.Mutex // guards trouble
	trouble []string   // what must not happen, as it happens
}

func newWorld(t *testing.T, seed uint64, dir string) *world {
	w := &world{
		t: t, r: rand.New(rand.NewPCG(seed, 0)), dir: dir, net: &simnet.Net{}, turn: make(chan struct{}, 1),
		said: map[string]desk.CommandID{}, unsure: map[string]bool{}, count: map[string]int{},
	}
	w.cfg = run.Config{
		Data: w.folder(), Version: "sim", Clock: w.clock, Faults: w.fault,
		// Small, so that a slow reader's queue runs over.
		Link: link.Config{QueueBytes: 64 << 10},
	}
	if _, err := run.Apply(t.Context(), w.cfg, strings.NewReader(theDesk), false); err != nil {
		t.Fatal(err)
	}
	for i := range 2 * len(people) {
		w.computers = append(w.computers, w.newComputer(i, people[i%len(people)], seed))
	}
	w.register()
	w.start()
	return w
}

// broke notes that something happened that never may.
func (w *world) broke(format string, a ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trouble = append(w.trouble, fmt.Sprintf(format, a...))
}

func (w *world) missed(ids []desk.TicketID) { w.gaps.Add(int64(len(ids))) }

func (w *world) folder() string {
	w.n++
	return filepath.Join(w.dir, fmt.Sprintf("server-%d", w.n))
}

// clock is the server's, which may be wrong by days.
func (w *world) clock() time.Time { return time.Now().Add(time.Duration(w.skew.Load())) }

func (w *world) uuid() string {
	a, b := w.r.Uint64(), w.r.Uint64()
	return fmt.Sprintf("%08x-%04x-7%03x-%04x-%012x", a>>32, a>>16&0xffff, a&0xfff, 0x8000|b>>48&0x3fff, b&0xffffffffffff)
}

// register signs every computer in.
func (w *world) register() {
	l, err := run.Open(w.t.Context(), w.cfg)
	if err != nil {
		w.t.Fatal(err)
	}
	err = l.Update(w.t.Context(), func(tx *ledger.Tx) error {
		for _, c := range w.computers {
			token, sum := secret.NewToken()
			c.token = token
			d := desk.Device{ID: c.device, Person: c.person, Name: "sim", Created: time.Now(), LastSeen: time.Now()}
			if err := tx.PutDevice(d, sum); err != nil {
				return err
			}
		}
		return nil
	})
	if err := errors.Join(err, l.Close()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) start() {
	cfg := w.cfg
	cfg.Listener = w.net.Listen()
	w.dead.Store(false)
	w.next.Store(well)
	srv, err := run.Serve(w.t.Context(), cfg)
	if err != nil {
		w.t.Fatalf("the server does not start: %v", err)
	}
	w.srv = srv
}

var errAway = &desk.Error{Code: desk.CodeOffline, Message: "The store is away."}

// fault stands between the ledger and the server.
func (w *world) fault(what string, run func() error) error {
	if w.dead.Load() {
		return errAway
	}
	if what != "update" {
		if n := w.views.Load(); n > 0 && w.views.CompareAndSwap(n, n-1) {
			return errAway
		}
		return run()
	}
	w.turn <- struct{}{}
	defer func() { <-w.turn }()
	if w.dead.Load() {
		return errAway
	}
	switch w.next.Swap(well) {
	case fullBefore:
		return &desk.Error{Code: desk.CodeDiskFull, Message: "The disk is full."}
	case awayAfter:
		return errors.Join(run(), errAway)
	case crashBefore:
		w.capture()
		return errAway
	case crashAfter:
		err := run()
		w.capture()
		return errors.Join(err, errAway)
	}
	return run()
}

// capture keeps what the server would leave if it died now. turn is held, and
// nobody hears of anything after it.
func (w *world) capture() {
	if !w.dead.CompareAndSwap(false, true) {
		return
	}
	w.net.Crash()
	to := w.folder()
	if err := os.MkdirAll(to, 0o700); err != nil {
		panic(err)
	}
	for _, name := range []string{"ledger.db", "ledger.db-wal"} {
		if err := copyFile(filepath.Join(w.cfg.Data, name), filepath.Join(to, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			panic(err)
		}
	}
	w.crashed = to
}

// revive ends what is left of a server that crashed and starts it again over
// what it left.
func (w *world) revive() {
	if err := w.srv.Close(); err != nil {
		w.t.Logf("close of a crashed server: %v", err)
	}
	w.cfg.Data = w.crashed
	w.start()
}

// crash ends the server between two transactions.
func (w *world) crash() {
	w.turn <- struct{}{}
	w.capture()
	<-w.turn
}

// restart ends the server as an operator does, and starts it again.
func (w *world) restart() {
	if err := w.srv.Close(); err != nil {
		w.t.Errorf("close of the server: %v", err)
	}
	w.start()
}

// keepBackup makes a backup while everything goes on.
func (w *world) keepBackup() {
	w.n++
	file := filepath.Join(w.dir, fmt.Sprintf("backup-%d", w.n))
	if _, err := w.srv.Ledger.Backup(w.t.Context(), file); err != nil {
		w.t.Errorf("backup: %v", err)
		return
	}
	w.backup = file
}

// restore brings the server back from its backup, in another folder.
func (w *world) restore() {
	if err := w.srv.Close(); err != nil {
		w.t.Logf("close before a restore: %v", err)
	}
	w.cfg.Data = w.folder()
	if _, err := ledger.Restore(w.t.Context(), w.backup, "sqlite:"+filepath.Join(w.cfg.Data, "ledger.db"), wire.Codec{}); err != nil {
		w.t.Fatalf("restore: %v", err)
	}
	w.start()
}

// declare makes the desk what the text says, as an operator does beside the
// running server.
func (w *world) declare(text string) error {
	w.turn <- struct{}{}
	defer func() { <-w.turn }()
	if w.dead.Load() {
		return nil
	}
	_, err := run.Apply(w.t.Context(), w.cfg, strings.NewReader(text), false)
	return err
}

func (w *world) view(fn func(*ledger.Tx) error) {
	if err := w.srv.Ledger.View(context.Background(), fn); err != nil {
		w.t.Fatalf("read the ledger: %v", err)
	}
}

// copyFile copies a file without writing its empty parts.
func copyFile(from, to string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	buf := make([]byte, 256<<10)
	empty := make([]byte, len(buf))
	var off int64
	for {
		n, err := src.Read(buf)
		if !bytes.Equal(buf[:n], empty[:n]) {
			if _, err := dst.WriteAt(buf[:n], off); err != nil {
				return errors.Join(err, dst.Close())
			}
		}
		off += int64(n)
		if errors.Is(err, io.EOF) {
			return errors.Join(dst.Truncate(off), dst.Close())
		}
		if err != nil {
			return errors.Join(err, dst.Close())
		}
	}
}
