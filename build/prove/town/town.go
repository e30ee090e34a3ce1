// Package town is the world the checks play in: a real server over a real
// ledger with a desk of people in it, whose clock and ids are the check's own,
// and the people's computers — a Client is the real engine over a real cache,
// outbox and files; a Probe speaks the protocol by hand, keeps a plain copy and
// costs little. Everything either of them is sent can be listened to.
package town

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/storage/ledger"
	"docket/sync/authority/secret"
	"docket/sync/cmd/docketd/run"
	"docket/sync/link/linktest"
	"docket/sync/wire"
)

// Start is where every town's clock begins.
var Start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// Options say how a town is made. The zero value is a small desk on loopback.
type Options struct {
	// Desk is who there is; Small() if nil.
	Desk *Desk
	// Memory replaces the sockets by a network in memory, which can be cut.
	Memory bool
	// Disk puts everything on the disk instead of into memory.
	Disk bool
	// Log takes the server's log.
	Log *slog.Logger
	// Change may change the server's configuration before each start.
	Change func(*run.Config)
}

// Town is a server with its desk.
type Town struct {
	Server *run.Server
	Desk   *Desk
	// Dir is the town's folder; it goes with the test.
	Dir string

	t    testing.TB
	o    Options
	cfg  run.Config
	now  atomic.Int64
	rest int // restored how often

	mu   sync.Mutex // guards what follows
	addr string     // with sockets
	net  *linktest.Net
}

// Dir gives a folder that ends with the test. It lies in memory where that can
// be had, unless the disk is asked for: a check that cuts no power gains
// nothing from waiting for one.
func Dir(t testing.TB, disk bool) string {
	t.Helper()
	if _, err := os.Stat("/dev/shm"); err != nil || disk {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp("/dev/shm", "docket-town-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// New makes a town and starts its server; it ends with the test.
func New(t testing.TB, o Options) *Town {
	t.Helper()
	w := &Town{t: t, o: o, Desk: o.Desk, Dir: Dir(t, o.Disk)}
	if w.Desk == nil {
		w.Desk = Small()
	}
	w.now.Store(Start.UnixMilli())
	w.cfg = run.Config{
		Data: filepath.Join(w.Dir, "data"), Version: "town", Clock: w.Now, Log: o.Log,
		Poll: 20 * time.Millisecond, Clerk: -1, Listen: "127.0.0.1:0",
	}
	ctx := context.Background()
	l, err := run.Open(ctx, w.cfg)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(l.Update(ctx, w.Desk.Declare), l.Close())
	if err != nil {
		t.Fatal(err)
	}
	w.Open()
	t.Cleanup(w.Close)
	return w
}

// Now is the town's clock.
func (w *Town) Now() time.Time { return time.UnixMilli(w.now.Load()).UTC() }

// Pass lets time pass.
func (w *Town) Pass(d time.Duration) { w.now.Add(d.Milliseconds()) }

// Open starts the server over what lies in its folder, under the address it had.
func (w *Town) Open() {
	w.t.Helper()
	if err := w.start(); err != nil {
		w.t.Fatal(err)
	}
}

func (w *Town) start() error {
	cfg := w.cfg
	if w.o.Memory {
		n := linktest.New()
		w.mu.Lock()
		w.net = n
		w.mu.Unlock()
		cfg.Listener = n
	} else if at := w.at(); at != "" {
		cfg.Listen = at
	}
	if w.o.Change != nil {
		w.o.Change(&cfg)
	}
	s, err := run.Serve(context.Background(), cfg)
	if err != nil {
		return err
	}
	w.Server = s
	if !w.o.Memory {
		w.mu.Lock()
		w.addr = strings.TrimPrefix(s.URL, "http://")
		w.mu.Unlock()
	}
	return nil
}

// at is the address the server has or had.
func (w *Town) at() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.addr
}

// Close ends the server.
func (w *Town) Close() {
	if err := w.Server.Close(); err != nil {
		w.t.Error(err)
	}
}

// Restart ends the server and starts it again.
func (w *Town) Restart() {
	w.t.Helper()
	w.Close()
	w.Open()
}

// Backup writes a backup and gives its file.
func (w *Town) Backup() string {
	w.t.Helper()
	w.rest++
	file := filepath.Join(w.Dir, fmt.Sprintf("backup-%d", w.rest))
	if _, err := w.Server.Ledger.Backup(context.Background(), file); err != nil {
		w.t.Fatal(err)
	}
	return file
}

// Restore ends the server, puts the ledger back to a backup and starts it
// again, with a new epoch and the attachments there were.
func (w *Town) Restore(backup string) {
	w.t.Helper()
	w.Close()
	w.rest++
	old := w.cfg.Data
	w.cfg.Data = filepath.Join(w.Dir, fmt.Sprintf("restored-%d", w.rest))
	ctx := context.Background()
	if _, err := ledger.Restore(ctx, backup, "sqlite:"+filepath.Join(w.cfg.Data, "ledger.db"), wire.Codec{}); err != nil {
		w.t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(old, "files"), filepath.Join(w.cfg.Data, "files")); err != nil {
		w.t.Fatal(err)
	}
	if err := os.RemoveAll(old); err != nil {
		w.t.Fatal(err)
	}
	w.Open()
}

// Data is the server's folder.
func (w *Town) Data() string { return w.cfg.Data }

// Try starts the server, which must be closed, over another folder, and gives
// why it would not start.
func (w *Town) Try(data string) error {
	w.cfg.Data = data
	return w.start()
}

// Network is the network in memory; nil with sockets. A restart makes another.
func (w *Town) Network() *linktest.Net {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.net
}

// Dial reaches the server, wherever it is now.
func (w *Town) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if w.o.Memory {
		return w.Network().Dial(ctx, network, addr)
	}
	var d net.Dialer
	return d.DialContext(ctx, "tcp", w.at())
}

// URL is where clients find the server; Dial takes them there.
const URL = "http://localhost"

// UUID makes an id out of random numbers of the check's own.
func UUID(r *rand.Rand, at time.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:], uint64(at.UnixMilli())<<16|r.Uint64()&0xffff)
	binary.BigEndian.PutUint64(b[8:], r.Uint64())
	b[6], b[8] = b[6]&0x0f|0x70, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// Update changes the ledger behind the server's back, as another process does.
func (w *Town) Update(fn func(*ledger.Tx) error) {
	w.t.Helper()
	if err := w.Server.Ledger.Update(context.Background(), fn); err != nil {
		w.t.Fatal(err)
	}
}

// View reads the ledger.
func (w *Town) View(fn func(*ledger.Tx) error) {
	w.t.Helper()
	if err := w.Server.Ledger.View(context.Background(), fn); err != nil {
		w.t.Fatal(err)
	}
}

// SignIn signs a person in on a device, without the cost of a password, and
// gives the token.
func (w *Town) SignIn(person desk.PersonID, device desk.DeviceID) string {
	w.t.Helper()
	token, sum := secret.NewToken()
	d := desk.Device{ID: device, Person: person, Name: "town", Created: w.Now(), LastSeen: w.Now()}
	w.Update(func(tx *ledger.Tx) error { return tx.PutDevice(d, sum) })
	return token
}

// SignOut revokes a device; told says whether the server hears of it at once
// or finds out by itself.
func (w *Town) SignOut(d desk.DeviceID, told bool) {
	w.t.Helper()
	w.Update(func(tx *ledger.Tx) error { return tx.RevokeDevice(d) })
	if told {
		w.Server.Hub.Ended(d)
	}
}

// Put declares a person anew; told as with SignOut.
func (w *Town) Put(p desk.Person, told bool) {
	w.t.Helper()
	w.Update(func(tx *ledger.Tx) error {
		_, err := tx.PutPerson(p)
		return err
	})
	if told {
		w.Server.Hub.RightsChanged()
	}
}

// Ticket reads a ticket's staff record, nil if there is none.
func (w *Town) Ticket(id desk.TicketID) (t *desk.Ticket) {
	w.t.Helper()
	w.View(func(tx *ledger.Tx) (err error) {
		if t, err = tx.Ticket(id); errors.Is(err, desk.ErrNotFound) {
			t, err = nil, nil
		}
		return err
	})
	return t
}

// Place is where the ledger says that a person's sessions must be: the heads of
// their lanes, the epoch of their rights, and who they are. Nil lanes are of
// nobody.
type Place struct {
	Epoch uint64
	Me    desk.Actor
	Lanes map[desk.LaneID]desk.Cursor
}

// Places reads where everybody must be, in one snapshot.
func (w *Town) Places() map[desk.PersonID]Place {
	w.t.Helper()
	out := map[desk.PersonID]Place{}
	w.View(func(tx *ledger.Tx) error {
		for _, p := range w.Desk.People {
			a, err := tx.Actor(p.ID)
			if errors.Is(err, desk.ErrNotFound) {
				out[p.ID] = Place{}
				continue
			}
			if err != nil {
				return err
			}
			at := Place{Me: a}
			if at.Epoch, err = tx.AuthEpoch(p.ID); err != nil {
				return err
			}
			if at.Lanes, err = tx.Heads(access.LanesFor(a)); err != nil {
				return err
			}
			out[p.ID] = at
		}
		return nil
	})
	return out
}

// Quiet waits until everything the clients queued is settled and everybody has
// everything there is for them. Whoever must not be connected is left out.
func (w *Town) Quiet(probes []*Probe, clients []*Client) bool {
	w.t.Helper()
	var why string
	behind := func() string {
		for _, c := range clients {
			if !c.Settled() {
				return fmt.Sprint("not settled: ", c)
			}
		}
		// Only now, because a receipt comes after its commit.
		places := w.Places()
		for _, p := range probes {
			if at := places[p.Person]; !p.At(at) {
				return fmt.Sprintf("not at %v: %v", at, p)
			}
		}
		for _, c := range clients {
			if at := places[c.Person]; !c.At(at) {
				return fmt.Sprintf("not at %v: %v", at, c)
			}
		}
		return ""
	}
	return Until(w.t, Patience, func() bool { why = behind(); return why == "" }, func() string { return why })
}

// Until waits until fn is true; why says what it waits for and what it sees.
func Until(t testing.TB, most time.Duration, fn func() bool, why func() string) bool {
	t.Helper()
	deadline := time.NewTimer(most)
	defer deadline.Stop()
	pause := 200 * time.Microsecond
	for !fn() {
		next := time.NewTimer(pause)
		select {
		case <-next.C:
			pause = min(2*pause, 20*time.Millisecond)
		case <-deadline.C:
			next.Stop()
			t.Errorf("in vain for %v: %s", most, why())
			return false
		}
	}
	return true
}

// Pick takes one of a list.
func Pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// Some takes up to most of a list, in its order.
func Some[T any](r *rand.Rand, list []T, most int) []T {
	var out []T
	at := r.Perm(len(list))
	at = at[:min(len(at), r.IntN(most+1))]
	slices.Sort(at)
	for _, i := range at {
		out = append(out, list[i])
	}
	return out
}
