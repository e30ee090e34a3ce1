package order

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/anishathalye/porcupine"

	"docket/app/desk"
	"docket/build/prove/proof"
	"docket/build/prove/simnet"
	"docket/storage/ledger"
	"docket/sync/authority"
	"docket/sync/authority/secret"
	"docket/sync/cmd/docketd/run"
	"docket/sync/wire"
)

const theDesk = `
desk: {name: Veldhost}
departments:
  - {id: triage, name: Service desk, triage: true}
  - {id: hosting, name: Hosting, entry: direct}
  - {id: billing, name: Billing, entry: direct}
people:
  - {id: elif, name: Elif Brandt, role: customer}
  - {id: ada, name: Ada Root, role: admin}
  - {id: ben, name: Ben Root, role: admin}
  - {id: cem, name: Cem Root, role: admin}
  - {id: dora, name: Dora Root, role: admin}
`

const (
	devices  = 8 // two for each of the people
	tickets  = 3
	rounds   = 9                // pushes of a device, of one to three commands
	patience = 20 * time.Second // for porcupine, in real time
)

// pause lets fake time pass.
func pause(d time.Duration) { time.Sleep(d) }

// game is one history as it is made.
type game struct {
	history
	t     *testing.T
	srv   atomic.Pointer[run.Server]
	cfg   run.Config
	net   *simnet.Net
	ids   []desk.TicketID
	begin map[desk.TicketID]ticket

	fm     sync.Mutex // guards fr
	fr     *rand.Rand // of the ledger's faults
	calm   atomic.Bool
	line   sync.Mutex   // guards shared
	shared [][]*command // what each person sent, for their other computer

	cm     sync.Mutex // guards what follows
	count  map[string]int
	faults []string
}

func (g *game) authority() *authority.Authority { return g.srv.Load().Authority }

func (g *game) add(what string) {
	g.cm.Lock()
	defer g.cm.Unlock()
	g.count[what]++
}

func (g *game) fault(format string, a ...any) {
	g.cm.Lock()
	defer g.cm.Unlock()
	g.faults = append(g.faults, fmt.Sprintf(format, a...))
}

func uuid(r *rand.Rand) string {
	a, b := r.Uint64(), r.Uint64()
	return fmt.Sprintf("%08x-%04x-7%03x-%04x-%012x", a>>32, a>>16&0xffff, a&0xfff, 0x8000|b>>48&0x3fff, b&0xffffffffffff)
}

// wrap makes some commits fail, before they happen or after.
func (g *game) wrap(what string, run func() error) error {
	if what != "update" || g.calm.Load() {
		return run()
	}
	g.fm.Lock()
	k := g.fr.IntN(25)
	g.fm.Unlock()
	away := &desk.Error{Code: desk.CodeOffline, Message: "The store is away."}
	switch k {
	case 0:
		g.add("commits_refused")
		return away
	case 1:
		g.add("commits_unheard")
		return errors.Join(run(), away)
	}
	return run()
}

// nothing is a command that is never done, because it comes too early.
func (g *game) nothing(d *device) *command {
	return g.command(d, ask{ticket: g.ids[0], who: d.who, args: desk.SetPriority{From: desk.PriorityNormal, To: desk.PriorityEmergency}})
}

func (g *game) command(d *device, a ask) *command {
	c := &command{id: desk.CommandID(uuid(d.r)), ask: a, who: d.n}
	b, err := wire.EncodeCommand(desk.Command{ID: c.id, Ticket: a.ticket, Basis: a.basis, Composed: time.Now().UTC(), Args: a.args})
	if err != nil {
		panic(err)
	}
	c.body, c.began = b, g.now()
	return c
}

// choose makes a random command from what the device last saw.
func (g *game) choose(d *device) *command {
	id := g.ids[d.r.IntN(len(g.ids))]
	saw := d.heads[id]
	if d.r.IntN(4) == 0 { // or from a guess
		saw.priority, saw.assignee, saw.status = desk.PriorityHigh, "ada", desk.OnHold
	}
	basis := d.basis[id]
	if d.r.IntN(2) == 0 {
		basis = 1 << 30 // it has seen everything, it says
	}
	a := ask{ticket: id, who: d.who, basis: basis}
	switch d.r.IntN(6) {
	case 0, 1:
		a.args = desk.SetStatus{From: saw.status, To: []desk.Status{desk.InProgress, desk.OnHold, desk.WaitingThirdParty, desk.WaitingCustomer, desk.Solved}[d.r.IntN(5)]}
	case 2:
		a.args = desk.SetPriority{From: saw.priority, To: []desk.Priority{desk.PriorityLow, desk.PriorityHigh, desk.PriorityNormal}[d.r.IntN(3)]}
	case 3:
		a.args = desk.Assign{From: saw.assignee, To: append([]desk.PersonID{""}, people...)[d.r.IntN(1+len(people))]}
	case 4:
		a.args = desk.Refer{From: saw.department, To: []desk.DeptID{"triage", "hosting", "billing"}[d.r.IntN(3)], Reason: "theirs"}
	default:
		a.args = desk.Reply{Text: "a word"}
	}
	return g.command(d, a)
}

// setUp makes the desk, the devices and the tickets before anybody begins.
func (g *game) setUp(ds []*device, r *rand.Rand) error {
	if _, err := run.Apply(g.t.Context(), g.cfg, strings.NewReader(theDesk), false); err != nil {
		return err
	}
	l, err := run.Open(g.t.Context(), g.cfg)
	if err != nil {
		return err
	}
	setter := desk.Device{ID: desk.DeviceID(uuid(r)), Person: "elif", Name: "order", Created: time.Now(), LastSeen: time.Now()}
	err = l.Update(g.t.Context(), func(tx *ledger.Tx) error {
		_, sum := secret.NewToken()
		errs := []error{tx.PutDevice(setter, sum)}
		for _, d := range ds {
			token, sum := secret.NewToken()
			d.token = token
			errs = append(errs, tx.PutDevice(desk.Device{ID: d.id, Person: people[d.who], Name: "order", Created: time.Now(), LastSeen: time.Now()}, sum))
		}
		return errors.Join(errs...)
	})
	if err := errors.Join(err, l.Close()); err != nil {
		return err
	}
	g.calm.Store(true)
	if err := g.start(); err != nil {
		return err
	}
	for i := range tickets {
		g.ids = append(g.ids, desk.TicketID(uuid(r)))
		b, err := wire.EncodeCommand(desk.Command{
			ID: desk.CommandID(uuid(r)), Ticket: g.ids[i], Composed: time.Now(), Args: desk.Open{Subject: "order", Text: "a request", Department: "hosting"},
		})
		if err != nil {
			return err
		}
		got, err := g.authority().Execute(g.t.Context(), setter.ID, []wire.PushedCommand{{DSeq: uint64(i + 1), Body: b}})
		if err != nil || len(got.Receipts) != 1 || got.Receipts[0].Outcome != desk.OK {
			return fmt.Errorf("open: %+v, %w", got, err)
		}
	}
	g.calm.Store(false)
	return g.srv.Load().Ledger.View(g.t.Context(), func(tx *ledger.Tx) error {
		for _, id := range g.ids {
			t, err := tx.Ticket(id)
			if err != nil {
				return err
			}
			b := headOf(t)
			b.by[len(people)] = t.LastSeq
			g.begin[id] = b
		}
		return nil
	})
}

func (g *game) start() error {
	cfg := g.cfg
	cfg.Listener = g.net.Listen()
	srv, err := run.Serve(g.t.Context(), cfg)
	if err == nil {
		g.srv.Store(srv)
	}
	return err
}

// play lets every device work through its rounds.
func (d *device) play(ctx context.Context) {
	g := d.g
	for _, id := range g.ids {
		d.heads[id], d.basis[id] = g.begin[id].heard(), g.begin[id].lastSeq
	}
	for round := range rounds {
		if d.r.IntN(2) == 0 {
			d.read(ctx, g.ids[d.r.IntN(len(g.ids))])
		}
		var ps []pushed
		for range 1 + d.r.IntN(3) {
			d.dseq++
			ps = append(ps, pushed{d.dseq, g.pick(d)})
		}
		d.send(ctx, ps, round == rounds-1 && d.r.IntN(2) == 0)
		time.Sleep(time.Duration(d.r.IntN(400)) * time.Millisecond)
	}
	if d.socket != nil {
		d.socket.close()
	}
}

// pick gives a new command, or one the person's other computer sent or is
// just sending.
func (g *game) pick(d *device) *command {
	g.line.Lock()
	theirs := g.shared[d.who]
	if d.r.IntN(6) == 0 {
		for d.known < len(theirs) {
			c := theirs[d.known]
			d.known++
			if c.who != d.n {
				g.line.Unlock()
				g.add("from_two_computers")
				return c
			}
		}
	}
	g.line.Unlock()
	c := g.choose(d)
	g.line.Lock()
	defer g.line.Unlock()
	g.shared[d.who] = append(g.shared[d.who], c)
	return c
}

// trouble breaks lines and restarts the server while the devices play.
func (g *game) trouble(ds []*device, r *rand.Rand, stop <-chan struct{}) {
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	restarts := 0
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
		}
		l := ds[r.IntN(len(ds))].line
		switch r.IntN(8) {
		case 0:
			l.Cut()
			g.add("cuts")
		case 1:
			n := 300 + r.IntN(3000)
			l.SetCutIn(func() int { return n })
		case 2:
			l.SetCutIn(nil)
		case 3:
			l.Stall(true)
			g.add("partitions")
			t := time.NewTimer(time.Duration(r.IntN(4000)) * time.Millisecond)
			<-t.C
			l.Stall(false)
		case 4:
			if restarts < 1 && r.IntN(3) == 0 {
				restarts++
				g.add("restarts")
				if err := g.srv.Load().Close(); err != nil {
					g.fault("close: %v", err)
				}
				if err := g.start(); err != nil {
					g.fault("start: %v", err)
					return
				}
			}
		}
	}
}

// record makes the history of a seed.
func record(t *testing.T, seed uint64, dir string) *game {
	r := rand.New(rand.NewPCG(seed, 0))
	g := &game{
		t: t, net: &simnet.Net{}, begin: map[desk.TicketID]ticket{}, shared: make([][]*command, len(people)),
		fr: rand.New(rand.NewPCG(seed, 1)), count: map[string]int{},
	}
	g.known = map[desk.CommandID]string{}
	g.cfg = run.Config{Data: filepath.Join(dir, "server"), Version: "order", Faults: g.wrap, Clerk: -1}
	var ds []*device
	for n := range devices {
		dr := rand.New(rand.NewPCG(seed, uint64(n)+2))
		lr := rand.New(rand.NewPCG(seed, uint64(n)+100))
		d := &device{
			g: g, n: n, who: n % len(people), id: desk.DeviceID(uuid(r)), line: g.net.Line(), r: dr,
			basis: map[desk.TicketID]uint64{}, heads: map[desk.TicketID]ticket{},
		}
		d.line.SetDelay(func() time.Duration { return time.Duration(lr.IntN(120)) * time.Millisecond })
		ds = append(ds, d)
	}
	if err := g.setUp(ds, r); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var trouble, all sync.WaitGroup
	trouble.Go(func() { g.trouble(ds, r, stop) })
	for _, d := range ds {
		all.Go(func() { d.play(t.Context()) })
	}
	all.Wait()
	close(stop)
	trouble.Wait()
	if err := g.srv.Load().Close(); err != nil {
		g.fault("close: %v", err)
	}
	return g
}

// TestOrder is the check.
func TestOrder(t *testing.T) {
	r := proof.Start(t, "order")
	var at atomic.Uint64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), r.N) {
		wg.Go(func() {
			for i := at.Add(1) - 1; i < uint64(r.N); i = at.Add(1) - 1 {
				one(t, r, r.Seed+i)
			}
		})
	}
	wg.Wait()
}

func one(t *testing.T, r *proof.Run, seed uint64) {
	replay := fmt.Sprintf("-n 1 -seed %d", seed)
	dir, err := os.MkdirTemp(simnet.Scratch(), "docket-order-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	var g *game
	ok := t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { g = record(t, seed, dir) })
	})
	if !ok || g == nil {
		r.Fail(replay, "seed %d failed", seed)
		return
	}
	for _, f := range append(g.faults, g.differ...) {
		r.Fail(replay, "seed %d: %s", seed, f)
	}
	judge(r, seed, replay, "tickets", ticketModel(g.begin), g.tickets)
	judge(r, seed, replay, "devices", deviceModel(), g.calls)
	for what, n := range g.count {
		r.Add(what, n)
	}
	answered := 0
	for _, o := range g.tickets {
		if !o.Output.(answer).none {
			answered++
		}
	}
	if answered == 0 {
		r.Fail(replay, "seed %d: nothing was answered: this proves nothing", seed)
	}
	r.Add("ticket_operations", len(g.tickets))
	r.Add("answered", answered)
	r.Add("pushes_and_hellos", len(g.calls))
}

// judge asks porcupine, and keeps the picture of what has no order.
func judge(r *proof.Run, seed uint64, replay, what string, m porcupine.Model, ops []porcupine.Operation) {
	res, info := porcupine.CheckOperationsVerbose(m, ops, patience)
	if res == porcupine.Ok {
		return
	}
	f, err := os.CreateTemp("", fmt.Sprintf("docket-order-%s-%d-*.html", what, seed))
	if err != nil {
		r.Fail(replay, "seed %d: %s: %v, and no picture: %v", seed, what, res, err)
		return
	}
	err = errors.Join(porcupine.Visualize(m, info, f), f.Close())
	r.Fail(replay, "seed %d: the history of the %s is %v; look at %s (%v)", seed, what, res, f.Name(), err)
}
