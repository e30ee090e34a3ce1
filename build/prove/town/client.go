package town

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/seam"
	"docket/storage/cache"
	"docket/storage/outbox"
	"docket/sync/engine"
	"docket/sync/wire"
)

// Keys of a client's stores. They are no secret: a check reads the files with
// them.
var (
	CacheKey  = [32]byte{1, 'c'}
	OutboxKey = [32]byte{2, 'o'}
	FilesKey  = [32]byte{3, 'f'}
)

// Client is a person's computer as the program makes it: engine, cache, outbox
// and files over a folder of its own.
type Client struct {
	Person desk.PersonID
	Device desk.DeviceID
	Token  string
	Dir    string
	Ear    Ear

	Cache  *cache.Cache
	Outbox *outbox.Outbox
	Files  *seam.Files
	Engine *engine.Engine

	// Was is how opening found cache and outbox.
	Was struct {
		Cache  cache.Opened
		Outbox outbox.Opened
	}

	// Reserve is the outbox's, none if zero; set before Open.
	Reserve int64
	// Damaged hears what the program hears of a damaged cache; set before Open.
	Damaged func(error)
	// Log takes what the engine writes; set before Open.
	Log *slog.Logger
	// Now is the computer's own clock; the real one if nil. Set before Open.
	Now func() time.Time
	// Applied hears what was committed, on the engine's goroutine; set before Open.
	Applied func(cache.Applied)

	w *Town
	t testing.TB
}

// Client signs a person in on a new computer; it does nothing before Open.
func (w *Town) Client(person desk.PersonID, r *rand.Rand) *Client {
	w.t.Helper()
	c := &Client{Person: person, Device: desk.DeviceID(UUID(r, w.Now())), w: w, t: w.t}
	c.Token = w.SignIn(person, c.Device)
	c.Dir = filepath.Join(w.Dir, "client-"+string(c.Device))
	return c
}

// In gives the same sign-in over another folder; it does nothing before Open.
func (c *Client) In(dir string) *Client {
	return &Client{Person: c.Person, Device: c.Device, Token: c.Token, Dir: dir, Reserve: c.Reserve, w: c.w, t: c.t}
}

// Open starts the program, paused or not.
func (c *Client) Open(paused bool) error {
	var err error
	if c.Cache, c.Was.Cache, err = cache.Open(filepath.Join(c.Dir, "cache"), CacheKey, wire.Codec{}, time.Now()); err != nil {
		return err
	}
	if c.Applied != nil {
		c.Cache.Subscribe(c.Applied)
	}
	if c.Damaged != nil {
		c.Cache.OnDamage(c.Damaged)
	}
	if c.Outbox, c.Was.Outbox, err = outbox.Open(outbox.Config{
		Dir: filepath.Join(c.Dir, "outbox"), Key: OutboxKey, Codec: wire.Codec{}, Encode: wire.EncodeCommand, Decode: wire.DecodeCommand,
		Reserve: cmp.Or(c.Reserve, -1),
	}); err != nil {
		return err
	}
	if c.Files, err = seam.OpenFiles(filepath.Join(c.Dir, "files"), FilesKey); err != nil {
		return err
	}
	c.Engine, err = engine.New(engine.Config{
		Server: URL, Token: c.Token, Device: c.Device, App: "town", Log: c.Log,
		Store: seam.Store{Cache: c.Cache}, Memory: c.Cache, Outbox: seam.Outbox{Outbox: c.Outbox}, Files: c.Files,
		OnDamaged: c.Damaged, NetDial: c.Ear.Through(c.w.Dial), Now: c.Now, Rand: func() float64 { return 0 }, // who asks for a client does not want to wait
	})
	if err != nil {
		return err
	}
	c.Engine.SetPaused(paused)
	c.Engine.Start()
	return nil
}

// Close ends the program; closing again does nothing.
func (c *Client) Close() error {
	if c.Engine == nil {
		return nil
	}
	c.Engine.Close()
	c.Engine = nil
	for _, close := range []func() error{c.Outbox.Close, c.Files.Close, c.Cache.Close} {
		if err := close(); err != nil {
			return err
		}
	}
	return nil
}

// Do queues a command.
func (c *Client) Do(cmd desk.Command) error {
	if _, err := c.Outbox.Add(cmd, time.Time{}); err != nil {
		return err
	}
	c.Engine.Kick()
	return nil
}

// Settled reports whether everything queued has its answer. What waits for an
// opening that was refused never gets one.
func (c *Client) Settled() bool {
	for _, it := range c.Outbox.Items() {
		if it.State.Waiting() && it.WaitsFor == "" {
			return false
		}
	}
	return true
}

// rights is what lanes follow from, whatever order it was declared in.
func rights(a desk.Actor) string {
	var in []string
	for _, d := range a.Departments {
		in = append(in, string(d))
	}
	for _, m := range a.Memberships {
		in = append(in, fmt.Sprint(m))
	}
	slices.Sort(in)
	return fmt.Sprint(a.Role, in)
}

// At says whether the client is live and has everything there is for it.
func (c *Client) At(place Place) bool {
	if c.Engine.Status().State != engine.Live {
		return false
	}
	// A lane that is being dropped has no cursor any more; what it showed is gone
	// once the person's new rights are here.
	me, err := c.Cache.Me()
	if err != nil || rights(me) != rights(place.Me) {
		return false
	}
	cursors, err := c.Cache.Cursors()
	if err != nil || len(cursors) != len(place.Lanes) {
		return false
	}
	for _, x := range cursors {
		head, ok := place.Lanes[x.Lane]
		if !ok || head.Seq != x.Seq || head.Epoch != x.Epoch || !bytes.Equal(head.Hash, x.Hash) {
			return false
		}
	}
	missing, err := c.Cache.Missing()
	return err == nil && len(missing) == 0
}

// Dump is everything the client shows: of every ticket named that is here the
// head, the conversation and how far it is read, every list row by row, and who
// and what there is.
func (c *Client) Dump(ids []desk.TicketID) ([]string, error) {
	var out []string
	var failed error
	add := func(what string, v any, err error) {
		b, codecErr := wire.Marshal(v)
		failed = errors.Join(failed, err, codecErr)
		out = append(out, fmt.Sprintf("%s %x", what, b))
	}
	for _, id := range ids {
		t, read, err := c.Cache.Ticket(id)
		if errors.Is(err, desk.ErrNotFound) {
			continue
		}
		add(fmt.Sprintf("ticket %s read %d", id, read), t, err)
		entries, err := c.Cache.Entries(id, 0, 1<<20)
		add("entries of "+string(id), entries, err)
	}
	for _, v := range c.Cache.Views() {
		n, err := c.Cache.Count(v)
		n.Version = 0 // how often it changed here
		add("count of "+string(v), n, err)
		rows, err := c.Cache.Rows(v, 0, n.Total)
		add("list "+string(v), rows, err)
	}
	p, err := c.Cache.Place()
	add("place", p, err)
	totals, err := c.Cache.Totals()
	add("totals", totals, err)
	return out, failed
}

// String says how the client stands.
func (c *Client) String() string {
	if c.Engine == nil {
		return "closed client of " + string(c.Person)
	}
	st := c.Engine.Status()
	waiting, needs := c.Outbox.Counts()
	cursors, err := c.Cache.Cursors()
	return fmt.Sprintf("client of %s: %s (%v), %d wait, %d need their author, cursors %v (%v)", c.Person, st.State, st.Err, waiting, needs, cursors, err)
}
