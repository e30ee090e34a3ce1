package app

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/lent"
	"docket/app/seam"
	"docket/app/vault"
	"docket/storage/cache"
	"docket/storage/outbox"
	"docket/storage/whole"
	"docket/sync/engine"
	"docket/sync/wire"
)

// identity is what a profile remembers in the clear: nothing secret.
type identity struct {
	Server string        `json:"server"`
	Person desk.PersonID `json:"person"`
	Device desk.DeviceID `json:"device"`
	Desk   string        `json:"desk"`
	Place  vault.Place   `json:"place"`
}

func (a *API) path(name string) string { return filepath.Join(a.deps.Dir, name) }

func (a *API) loadIdentity() (identity, bool) {
	b, err := os.ReadFile(a.path("session.json"))
	if err != nil {
		return identity{}, false
	}
	return parseIdentity(b)
}

func parseIdentity(b []byte) (id identity, ok bool) {
	if json.Unmarshal(b, &id) != nil || id.Server == "" || !desk.ValidUUID(string(id.Device)) {
		return identity{}, false
	}
	return id, true
}

// recall gives whose copy this is: what the profile remembers in the clear, or
// what stands with the key if that cannot be read, which is then written again.
func (a *API) recall(sec vault.Secret, place vault.Place) (identity, bool) {
	if id, ok := a.loadIdentity(); ok {
		return id, true
	}
	id, ok := parseIdentity([]byte(sec.Of))
	if !ok {
		return identity{}, false
	}
	id.Place = place
	if err := a.saveIdentity(id); err != nil {
		a.deps.Log.Warn("write again who is signed in", "err", err)
	}
	return id, true
}

func (a *API) saveIdentity(id identity) error {
	b, err := json.MarshalIndent(id, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(a.path("session.json"), b)
}

// session is one person at one server, open.
type session struct {
	board keeper
	api   *API
	id    identity
	key   [32]byte
	cache *cache.Cache
	out   *outbox.Outbox
	files *seam.Files
	eng   *engine.Engine
	tell  *teller
	// sorter keeps lists in the orders the person chose.
	sorter *sorter
	// indexer tends the search index.
	indexer *indexer
	// texter brings it the texts of files.
	texter *texter
	// told keeps what the person was told outside the window.
	told *notified
	// alarms says what is about to be due.
	alarms *alarms
	// archives keeps what the desk deletes for whoever looks after an organization.
	archives *archives
	// lent are readable copies that live for a moment.
	lent *lent.Copies

	// sorting is held while pending is brought up to date; before mu.
	sorting sync.Mutex

	mu        sync.RWMutex // guards what follows
	presence  map[desk.TicketID][]wire.Present
	pending   map[desk.TicketID][]outbox.Item
	saving    map[desk.TicketID][]outbox.Item // of saved views
	helping   map[desk.TicketID][]outbox.Item // of the knowledge base
	begun     map[desk.TicketID]begun         // of those in pending
	touches   map[desk.TicketID]bool          // those in pending that change others, too
	progress  map[desk.BlobHash]engine.Progress
	fetching  map[desk.BlobHash]bool
	helped    helpFiles // files of articles
	staged    map[desk.BlobHash]desk.Attachment
	large     map[string]string // files that were too large, by the name the page has for them
	shot      *shot             // the picture that is looked over
	elsewhere []desk.Found      // what the server found last that is not here
	// shown is up to where a conversation was shown beside a held text.
	shown   map[desk.CommandID]uint64
	ended   *desk.Error // the lease is over
	cancels []func()
	// grouping is what was found last of a list by who asked.
	grouping *grouping
	verify   sync.WaitGroup
}

// open opens the local copy with its key and starts the engine. With renamed the
// device is not the one this copy last sent as: its numbers begin anew, before
// the engine gives the first.
func (a *API) open(id identity, sec vault.Secret, renamed bool) (*session, error) {
	s := &session{
		api: a, id: id, key: sec.Key,
		presence: map[desk.TicketID][]wire.Present{}, pending: map[desk.TicketID][]outbox.Item{}, saving: map[desk.TicketID][]outbox.Item{}, helping: map[desk.TicketID][]outbox.Item{}, begun: map[desk.TicketID]begun{}, touches: map[desk.TicketID]bool{},
		progress: map[desk.BlobHash]engine.Progress{}, fetching: map[desk.BlobHash]bool{},
		staged: map[desk.BlobHash]desk.Attachment{}, shown: map[desk.CommandID]uint64{},
	}
	c, opened, err := cache.Open(a.path("cache"), sec.Key, wire.Codec{}, a.now())
	if err != nil {
		return nil, err
	}
	s.cache = c
	switch {
	case opened.Newer:
		a.note("Your copy of the tickets was written by another version of Docket and is being loaded again. Nothing you wrote is affected.")
	case opened.Quarantined != "":
		a.note("Your copy of the tickets was damaged and is being loaded again. Nothing you wrote is affected.")
	case opened.Behind:
		a.note("The newest changes in your copy of the tickets are gone from this computer. They come again with the next connection. Nothing you wrote is affected.")
	}
	o, was, err := outbox.Open(outbox.Config{
		Dir: a.path("outbox"), Key: sec.Key, Codec: wire.Codec{}, Encode: wire.EncodeCommand, Decode: wire.DecodeCommand, Now: a.now, FS: a.deps.Disk,
		RewriteAt: a.deps.RewriteAt,
	})
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	s.out = o
	if was.Lost {
		a.note("A file with what you had not sent yet was damaged. What could be read is in the outbox; the damaged copy was kept beside it.")
	}
	if renamed {
		err = o.Fork()
	}
	if err == nil {
		s.files, err = seam.OpenFiles(a.path("files"), sec.Key)
	}
	if err != nil {
		return nil, errors.Join(err, o.Close(), c.Close())
	}
	if s.lent, err = lent.Open(a.lending()); err != nil {
		return nil, errors.Join(err, s.files.Close(), o.Close(), c.Close())
	}
	if s.archives, err = openArchives(s); err != nil {
		return nil, errors.Join(err, s.files.Close(), o.Close(), c.Close())
	}
	c.OnPurge(s.archives.keep)
	s.indexAll()
	s.sorter = newSorter(s)
	s.told = newNotified(s)
	s.alarms = newAlarms(s)
	s.tell = newTeller(s, opened.Fresh)
	s.texter = newTexter(s)
	s.indexer = newIndexer(s)
	s.cancels = append(s.cancels, c.Subscribe(s.indexer.changed), c.Subscribe(s.applied), o.Subscribe(s.outboxMoved))
	c.OnDamage(func(error) { s.tell.damaged() })
	c.OnBroken(s.indexer.kick)
	ctx, cancel := context.WithCancel(context.Background())
	s.cancels = append(s.cancels, cancel)
	s.verify.Go(func() { s.verifyCache(ctx) })
	if err := s.connect(sec.Token); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// connect starts the engine with a token; an earlier one must be closed.
func (s *session) connect(token string) error {
	eng, err := engine.New(engine.Config{
		Server: s.id.Server, Token: token, Device: s.id.Device, App: "docket " + s.api.deps.Version,
		Store: seam.Store{Cache: s.cache}, Memory: s.cache, Outbox: seam.Outbox{Outbox: s.out, Here: s.hasFile}, Files: s.files,
		CA: s.api.deps.CA, NetDial: s.api.deps.NetDial, Now: s.api.now, Log: s.api.deps.Log,
		OnStatus: func(st engine.Status) {
			s.archives.status(st.State == engine.Live)
			if st.State == engine.Live {
				s.texter.kick()
			}
			s.tell.status(st)
		}, OnPresence: s.present, OnProgress: s.progressed,
		OnDamaged: func(error) { s.tell.damaged() },
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.eng = eng
	s.mu.Unlock()
	eng.Start()
	return nil
}

func (s *session) engine() *engine.Engine {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.eng
}

// close ends everything in the order it depends on each other.
func (s *session) close() {
	if eng := s.engine(); eng != nil {
		eng.Close()
	}
	s.pinPhones(time.Time{})
	for _, cancel := range s.cancels {
		cancel()
	}
	s.verify.Wait()
	s.archives.close()
	s.tell.close()
	s.alarms.close()
	s.told.close()
	s.sorter.close()
	s.indexer.close()
	s.texter.close()
	if err := errors.Join(s.lent.Close(), s.out.Close(), s.cache.Close(), s.files.Close()); err != nil {
		s.api.deps.Log.Warn("close session", "err", err)
	}
}

// The copy's tables are read whole a little after it was opened, when the page
// is drawn, and then once a day.
const (
	verifyAfter = 5 * time.Second
	verifyEvery = 24 * time.Hour
)

// verifyCache reads the copy's tables; the cache itself tells of damage.
func (s *session) verifyCache(ctx context.Context) {
	timer := time.NewTimer(verifyAfter)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		if err := s.cache.Verify(); err != nil {
			s.api.deps.Log.Warn("verify cache", "err", err)
			return
		}
		timer.Reset(verifyEvery)
	}
}

func (s *session) expired() *desk.Error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.ended
}

// me is the person as the server last saw them.
func (s *session) me() desk.Actor {
	me, err := s.cache.Me()
	if err != nil || me.Person == "" {
		me = desk.Actor{Person: s.id.Person}
	}
	me.Device = s.id.Device
	return me
}

func (s *session) place() desk.Place {
	p, err := s.cache.Place()
	if err != nil {
		return desk.Place{}
	}
	return p
}

// reindex sorts what is pending by ticket, for some tickets, and gives those
// that stand otherwise than before. What the cache has already is left out: it
// stays in the outbox for two weeks, and every list would walk through it.
func (s *session) reindex(tickets []desk.TicketID) (moved []desk.TicketID) {
	s.sorting.Lock()
	defer s.sorting.Unlock()
	for _, id := range tickets {
		if s.keepPending(id, s.out.OfTicket(id)) {
			moved = append(moved, id)
		}
	}
	return moved
}

// indexAll is reindex for everything the last run left.
func (s *session) indexAll() {
	s.sorting.Lock()
	defer s.sorting.Unlock()
	all := map[desk.TicketID][]outbox.Item{}
	for _, it := range s.out.Items() {
		all[it.Command.Ticket] = append(all[it.Command.Ticket], it)
	}
	for id, items := range all {
		s.keepPending(id, items)
	}
}

func (s *session) keepPending(id desk.TicketID, items []outbox.Item) (moved bool) {
	if slices.ContainsFunc(items, func(it outbox.Item) bool { return it.Command.Args != nil && it.Command.Args.Kind() == desk.CmdSaveView }) {
		s.keepSaving(id, items)
		return true
	}
	if slices.ContainsFunc(items, func(it outbox.Item) bool { return it.Command.Args != nil && it.Command.Args.Kind().Helps() }) {
		s.keepHelping(id, items)
		return true
	}
	items = slices.DeleteFunc(items, func(it outbox.Item) bool {
		return it.Command.Args == nil || it.State == outbox.Discarded || it.Command.Args.Kind() == desk.CmdRead || it.Command.Args.Kind().Ticketless()
	})
	items = s.notArrived(id, items)
	s.mu.Lock()
	defer s.mu.Unlock()
	moved = !sameItems(s.pending[id], items)
	if s.pending[id] = items; len(items) == 0 {
		delete(s.pending, id)
		delete(s.begun, id)
	}
	if slices.ContainsFunc(items, touches) {
		s.touches[id] = true
	} else {
		delete(s.touches, id)
	}
	return moved
}

// notArrived leaves out the confirmed items whose effect is in the cache.
func (s *session) notArrived(id desk.TicketID, items []outbox.Item) []outbox.Item {
	confirmed := func(it outbox.Item) bool { return it.State == outbox.Confirmed }
	if !slices.ContainsFunc(items, confirmed) {
		return items
	}
	seq, err := s.cache.LastSeq(id)
	if err != nil || seq == 0 {
		return items
	}
	return slices.DeleteFunc(items, func(it outbox.Item) bool {
		return confirmed(it) && (it.Receipt == nil || it.Receipt.Seq <= seq)
	})
}

// applied drops from what is pending what the cache has now, and tells.
func (s *session) applied(a cache.Applied) {
	var pending []desk.TicketID
	s.mu.RLock()
	for _, id := range a.Changed {
		if len(s.pending[id]) > 0 {
			pending = append(pending, id)
		}
	}
	s.mu.RUnlock()
	s.reindex(pending)
	if a.Refs {
		s.savedArrived()
	}
	if a.Help || a.Refs {
		s.helpArrived()
	}
	s.boardMoved(a)
	s.archives.applied(a)
	s.tell.applied(a)
}

func (s *session) items(id desk.TicketID) []outbox.Item {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.pending[id])
}

func (s *session) outboxMoved(tickets []desk.TicketID) { s.tell.moved(s.reindex(tickets)) }

func sameItems(a, b []outbox.Item) bool {
	return slices.EqualFunc(a, b, func(x, y outbox.Item) bool { return x.ID == y.ID && x.State == y.State && x.WaitsFor == y.WaitsFor })
}

func (s *session) present(p wire.Presence) {
	s.mu.Lock()
	if len(p.People) == 0 {
		delete(s.presence, p.Ticket)
	} else {
		s.presence[p.Ticket] = p.People
	}
	s.mu.Unlock()
	s.api.emit(EvPresence, PresenceEvent{Ticket: string(p.Ticket)})
}

// can reports whether the person may do k to t at all.
func can(me desk.Actor, t *desk.Ticket, k desk.CommandKind) bool { return access.Can(me, t, k) == nil }

func (a *API) note(sentence string) {
	sentence = say(sentence)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.notice != "" {
		sentence = a.notice + " " + sentence
	}
	a.notice = sentence
}

// start looks for what the last run left.
func (a *API) start() {
	if err := prepare(a.deps.Dir); err != nil {
		a.setProblem(err)
		return
	}
	a.emptyLent()
	a.loadSettings()
	if _, ok := a.loadIdentity(); !ok && !a.leftovers() {
		return
	}
	sec, err := a.deps.Vault.Load(a.ctx)
	switch {
	case errors.Is(err, vault.ErrSealed):
		a.mu.Lock()
		a.locked = true
		a.mu.Unlock()
		return
	case errors.Is(err, vault.ErrMissing):
		a.note("The key to your copy of the tickets is no longer in this computer’s keyring. Sign in to load them again; what was not sent yet is kept aside.")
		return
	case err != nil:
		a.setProblem(err)
		return
	}
	id, ok := a.recall(sec, vault.Keyring)
	if !ok {
		return
	}
	if err := a.enter(id, sec, false); err != nil {
		a.setProblem(err)
		if errors.Is(err, desk.ErrDiskFull) {
			a.begin(func() { a.waitForRoom(id, sec) })
		}
	}
}

// roomEvery is how often it is looked whether a full disk has room again.
const roomEvery = 2 * time.Second

// waitForRoom opens what a full disk kept closed, as soon as it can.
func (a *API) waitForRoom(id identity, sec vault.Secret) {
	tick := time.NewTicker(roomEvery)
	defer tick.Stop()
	for {
		select {
		case <-a.ctx.Done():
			return
		case <-tick.C:
		}
		a.mu.RLock()
		waits := a.sess == nil && errors.Is(a.problem, desk.ErrDiskFull) && !a.signing
		a.mu.RUnlock()
		if !waits {
			return // its person signed in, or out
		}
		err := a.enter(id, sec, false)
		switch {
		case err == nil:
			a.emit(EvBoot, a.boot())
			return
		case !errors.Is(err, desk.ErrDiskFull):
			a.setProblem(err)
			a.emit(EvBoot, a.boot())
			return
		}
	}
}

// enter opens a session and makes it the one.
func (a *API) enter(id identity, sec vault.Secret, renamed bool) error {
	a.looksFor(id.Server + " " + string(id.Person))
	s, err := a.open(id, sec, renamed)
	if err != nil {
		return err
	}
	a.mu.Lock()
	a.sess, a.locked, a.problem = s, false, nil
	a.mu.Unlock()
	a.beside()
	return nil
}

func (a *API) setProblem(err error) {
	a.deps.Log.Error("open profile", "err", err)
	a.mu.Lock()
	a.problem = desk.AsError(err)
	a.mu.Unlock()
}

// rebuild replaces a cache that was found damaged while it was open. Outbox and
// drafts lie elsewhere and are not touched.
func (a *API) rebuild(old *session) {
	a.mu.Lock()
	if a.sess != old {
		a.mu.Unlock()
		return
	}
	a.sess = nil
	a.mu.Unlock()
	old.close()
	if err := cache.Discard(a.path("cache"), "damaged while open"); err != nil {
		a.deps.Log.Warn("discard cache", "err", err)
	}
	sec, err := a.deps.Vault.Load(a.ctx)
	if errors.Is(err, vault.ErrSealed) {
		a.mu.Lock()
		a.locked = true
		a.mu.Unlock()
	} else if err != nil {
		a.setProblem(err)
	} else if err := a.enter(old.id, sec, false); err != nil {
		a.setProblem(err)
	}
	a.emit(EvBoot, a.boot())
}

// prepare makes the profile's directory and narrows it.
func prepare(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return cannotKeep(err)
	}
	if err := os.Chmod(dir, 0o700); err != nil { //nolint:gosec // a directory needs its x bit
		return cannotKeep(err)
	}
	return nil
}

func cannotKeep(err error) *desk.Error {
	return &desk.Error{
		Code: desk.CodeDiskFull, Err: err,
		Message: "Docket cannot write to its folder on this computer.",
		Hint:    "Free some room, or check who owns the folder, then start it again.",
	}
}

// writeFile writes a small file so that it is there whole or not at all.
func writeFile(path string, b []byte) error {
	if err := whole.Write(path, b); err != nil {
		return cannotKeep(err)
	}
	return nil
}

// lease says that the copy may not be shown any longer without the server.
func lease(until time.Time) *desk.Error {
	return (&desk.Error{
		Code:    desk.CodeSignIn,
		Message: "This copy of the tickets could be read without the server until {until, date, day}.",
		Hint:    "Connect to the network. It opens by itself, and what you queued goes out.",
	}).With("until", until)
}
