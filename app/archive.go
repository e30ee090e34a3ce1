package app

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/cases"

	"docket/app/desk"
	"docket/app/desk/policy"
	"docket/storage/archive"
	"docket/storage/cache"
	"docket/sync/engine"
	"docket/sync/wire"
)

// archives keeps on this computer, for whoever looks after an organization that
// may, all it has asked: the files of its tickets, and tickets that the desk
// deletes after their time (BEHAVIOURS N13).
type archives struct {
	s     *session
	store *archive.Store
	end   context.CancelFunc
	done  chan struct{}

	mu      sync.Mutex // guards what follows
	wake    chan struct{}
	whole   bool                   // everything is to be looked through
	some    map[desk.TicketID]bool // tickets that files came into
	missing map[desk.BlobHash]fileAlong
}

// openArchives opens what is kept; the files of what is not here yet are
// fetched from when the line is live.
func openArchives(s *session) (*archives, error) {
	store, err := archive.Open(s.api.path("archive"), s.key, wire.Codec{})
	if err != nil {
		return nil, err
	}
	ctx, end := context.WithCancel(s.api.ctx)
	a := &archives{s: s, store: store, end: end, done: make(chan struct{}), wake: make(chan struct{}, 1), some: map[desk.TicketID]bool{}, missing: map[desk.BlobHash]fileAlong{}}
	a.look(true)
	go a.run(ctx)
	return a, nil
}

func (a *archives) close() {
	a.end()
	<-a.done
}

func (a *archives) holds(h desk.BlobHash) bool {
	yes, err := a.store.Holds(h)
	if err != nil {
		a.s.api.deps.Log.Warn("read archive", "err", err)
	}
	return yes || err != nil // what cannot be known is not deleted
}

// may reports whether the person may keep an archive of an organization.
func (a *archives) may(o desk.OrgID) bool {
	return a.s.me().Manages(o) && a.s.place().Orgs[o].Archive
}

// over reports whether the server has said that the person may not. A copy that
// is still being loaded says nothing.
func (a *archives) over(o desk.OrgID) bool {
	me := a.s.me()
	if len(me.Memberships) == 0 && me.Role == "" {
		return false
	}
	org, known := a.s.place().Orgs[o]
	return !me.Manages(o) || known && !org.Archive
}

// shared reports whether a ticket is the organization's, and not only of those
// who take part in it.
func shared(t *desk.Ticket, me desk.Actor) bool {
	return t.Org != "" && policy.InView(policy.OrgView(t.Org), t, me)
}

// keep keeps a ticket that the desk has deleted.
func (a *archives) keep(t desk.Ticket, entries []desk.Entry) error {
	if !a.store.Keeps(t.Org) || !a.may(t.Org) || !shared(&t, a.s.me()) {
		return nil
	}
	return a.store.Keep(archive.Kept{Ticket: t, Entries: entries, At: a.s.api.now().UTC()})
}

// applied follows what came. A ticket whose deletion is announced is kept from
// then on: who is away when it happens may come back to a server that has
// forgotten it. What the person may not see any more is wiped.
func (a *archives) applied(x cache.Applied) {
	orgs := a.store.Orgs()
	if len(orgs) == 0 {
		return
	}
	for _, o := range orgs {
		if a.over(o) {
			a.wipe(o)
		}
	}
	for _, r := range x.Removed {
		if !r.Purged {
			a.left(r.Ticket)
		}
	}
	for _, id := range x.Changed {
		if err := a.announced(id); err != nil {
			a.s.api.deps.Log.Warn("keep in archive", "err", err)
		}
	}
	var some []desk.TicketID
	for _, in := range x.Arrived {
		some = append(some, in.Ticket)
	}
	if x.Done || len(some) > 0 {
		a.look(x.Done, some...)
	}
}

func (a *archives) announced(id desk.TicketID) error {
	t, _, err := a.s.cache.Ticket(id)
	if errors.Is(err, desk.ErrNotFound) || err == nil && t.Deletes.IsZero() {
		return nil
	}
	if err != nil {
		return err
	}
	entries, err := a.s.cache.EntriesAfter(id, 0)
	if err != nil {
		return err
	}
	return a.keep(t, entries)
}

// left forgets a ticket the person lost, unless its time was over.
func (a *archives) left(id desk.TicketID) {
	for _, o := range a.store.Orgs() {
		k, err := a.store.Get(o, id)
		if err != nil || !k.Ticket.Deletes.After(a.s.api.now()) {
			continue
		}
		files, err := a.store.Drop(id)
		if err != nil {
			a.s.api.deps.Log.Warn("wipe archived ticket", "err", err)
		}
		a.s.forgetFiles(files)
	}
}

// wipe ends an archive.
func (a *archives) wipe(o desk.OrgID) {
	files, err := a.store.End(o)
	if err != nil {
		a.s.api.deps.Log.Warn("wipe archive", "err", err)
	}
	a.s.forgetFiles(files)
}

// look has files looked for: of everything, or of some tickets.
func (a *archives) look(whole bool, some ...desk.TicketID) {
	a.mu.Lock()
	a.whole = a.whole || whole
	for _, id := range some {
		a.some[id] = true
	}
	a.mu.Unlock()
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// run fetches what is missing, one file after the other.
func (a *archives) run(ctx context.Context) {
	defer close(a.done)
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.wake:
		}
		if err := a.find(); err != nil {
			a.s.api.deps.Log.Warn("look through archive", "err", err)
			continue
		}
		for a.fetchOne(ctx) {
		}
	}
}

// find notes the files that are missing.
func (a *archives) find() error {
	a.mu.Lock()
	whole, some := a.whole, a.some
	a.whole, a.some = false, map[desk.TicketID]bool{}
	a.mu.Unlock()
	me, missing := a.s.me(), map[desk.BlobHash]fileAlong{}
	note := func(t *desk.Ticket) error {
		files, err := a.s.filesOfTicket(t)
		for _, f := range files {
			if _, err := a.s.files.Blobs.Stat(f.file.Hash); err != nil {
				missing[f.file.Hash] = f
			}
		}
		return err
	}
	if whole {
		for _, o := range a.store.Orgs() {
			if err := a.s.eachOf(o, note); err != nil {
				return err
			}
		}
	} else {
		for id := range some {
			t, _, err := a.s.cache.Ticket(id)
			if err == nil && a.store.Keeps(t.Org) && shared(&t, me) {
				err = note(&t)
			}
			if err != nil && !errors.Is(err, desk.ErrNotFound) {
				return err
			}
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if whole {
		a.missing = missing
		return nil
	}
	for h, f := range missing {
		a.missing[h] = f
	}
	return nil
}

// fetchOne fetches a missing file and reports whether to go on. What cannot be
// fetched now is tried again when the line is live or something else came.
func (a *archives) fetchOne(ctx context.Context) bool {
	a.mu.Lock()
	var next *fileAlong
	for _, f := range a.missing {
		next = &f
		break
	}
	a.mu.Unlock()
	eng := a.s.engine()
	if next == nil || eng == nil || ctx.Err() != nil || eng.Status().State != engine.Live {
		return false
	}
	err := eng.Download(ctx, next.ticket, next.file)
	gone := errors.Is(err, desk.ErrNotFound)
	if err == nil || gone {
		a.mu.Lock()
		delete(a.missing, next.file.Hash)
		a.mu.Unlock()
	}
	return err == nil || gone
}

// status has fetching go on when the line is back.
func (a *archives) status(live bool) {
	if live && len(a.store.Orgs()) > 0 {
		a.look(false)
	}
}

// eachOf gives the tickets of an organization that its people share.
func (s *session) eachOf(o desk.OrgID, fn func(*desk.Ticket) error) error {
	view := cache.ViewID(policy.OrgView(o))
	for from := 0; ; from += maxRows {
		rows, err := s.cache.Rows(view, from, maxRows)
		if errors.Is(err, desk.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		for i := range rows {
			if err := fn(&rows[i].Ticket); err != nil {
				return err
			}
		}
		if len(rows) < maxRows {
			return nil
		}
	}
}

// ArchiveView is how an organization's archive stands on this computer.
type ArchiveView struct {
	Org  string `json:"org"`
	Name string `json:"name"`
	On   bool   `json:"on"`
	// Requests are those the desk has; Kept are those that are only here.
	Requests int `json:"requests"`
	Kept     int `json:"kept"`
	// Missing are files that are still to be fetched, Bytes how much that is.
	Missing int `json:"missing"`
	Bytes   int `json:"bytes"`
	// Damaged are kept requests that cannot be read.
	Damaged int `json:"damaged"`
}

// KeptRow is a request that is only in the archive.
type KeptRow struct {
	ID      string `json:"id"`
	Number  string `json:"number"`
	Subject string `json:"subject"`
	Who     string `json:"who"`
	Created string `json:"created"`
	Closed  string `json:"closed"`
	Files   int    `json:"files"`
}

// KeptView is such a request with its conversation.
type KeptView struct {
	Row     KeptRow     `json:"row"`
	Entries []EntryView `json:"entries"`
}

// archived gives the session for whoever may keep an archive of an organization.
func (a *API) archived(org string) (*session, desk.OrgID, error) {
	s, err := a.session()
	if err != nil {
		return nil, "", err
	}
	if !desk.ValidSlug(org) {
		return nil, "", wrong("org", "That is not an organization.")
	}
	o := desk.OrgID(org)
	if !s.archives.may(o) {
		if s.archives.over(o) {
			s.archives.wipe(o)
		}
		return nil, "", &desk.Error{
			Code: desk.CodeDenied, Message: "You cannot keep an archive of this organization.",
			Hint: "Whoever looks after it can, where the support desk allows it.",
		}
	}
	return s, o, nil
}

// Archive gives how an organization's archive stands.
func (a *API) Archive(org string) (ArchiveView, error) {
	s, o, err := a.archived(org)
	if err != nil {
		return ArchiveView{}, err
	}
	n, err := s.cache.Count(cache.ViewID(policy.OrgView(o)))
	if err != nil && !errors.Is(err, desk.ErrNotFound) {
		return ArchiveView{}, err
	}
	v := ArchiveView{Org: org, Name: nameOfOrg(s.place(), o), On: s.archives.store.Keeps(o), Requests: n.Total}
	kept, damaged, err := s.gone(o)
	if err != nil {
		return ArchiveView{}, err
	}
	v.Kept, v.Damaged = len(kept), damaged
	s.archives.mu.Lock()
	defer s.archives.mu.Unlock()
	for _, f := range s.archives.missing {
		v.Missing++
		v.Bytes += int(f.file.Size)
	}
	return v, nil
}

// gone gives what is only in the archive: what the desk has still, is announced
// and not done.
func (s *session) gone(o desk.OrgID) ([]archive.Kept, int, error) {
	all, damaged, err := s.archives.store.List(o)
	if err != nil {
		return nil, 0, err
	}
	return slices.DeleteFunc(all, func(k archive.Kept) bool {
		_, _, err := s.cache.Ticket(k.Ticket.ID)
		return err == nil
	}), damaged, nil
}

// KeepArchive begins or ends an archive on this computer. Ending it deletes
// what is only here.
func (a *API) KeepArchive(org string, on bool) error {
	s, o, err := a.archived(org)
	if err != nil {
		return err
	}
	if !on {
		s.archives.wipe(o)
		return nil
	}
	if err := s.archives.store.Begin(o); err != nil {
		return err
	}
	s.archives.look(true)
	return s.eachOf(o, func(t *desk.Ticket) error { return s.archives.announced(t.ID) })
}

// mostKept is how many rows of an archive are shown at once; words narrow them.
const mostKept = 200

// ArchivedRequests gives what is only in the archive and has all of the words
// typed, the newest first, 200 at most.
func (a *API) ArchivedRequests(org, typed string) ([]KeptRow, error) {
	s, o, err := a.archived(org)
	if err != nil {
		return nil, err
	}
	kept, _, err := s.gone(o)
	if err != nil {
		return nil, err
	}
	fold := cases.Fold()
	words := strings.Fields(fold.String(typed))
	out, r := []KeptRow{}, s.rower()
	for i := range kept {
		if k := &kept[i]; len(out) < mostKept && hasAll(k, words, fold.String) {
			out = append(out, keptRow(r, k))
		}
	}
	return out, nil
}

// hasAll reports whether every word stands somewhere in a request.
func hasAll(k *archive.Kept, words []string, fold func(string) string) bool {
	if len(words) == 0 {
		return true
	}
	all := []string{fold(k.Ticket.Number.String()), fold(k.Ticket.Subject)}
	for _, p := range k.Ticket.People {
		all = append(all, fold(p.Name))
	}
	for _, e := range k.Entries {
		all = append(all, fold(e.Text))
		for _, f := range e.Files {
			all = append(all, fold(f.Name))
		}
	}
	return !slices.ContainsFunc(words, func(w string) bool {
		return !slices.ContainsFunc(all, func(text string) bool { return strings.Contains(text, w) })
	})
}

func keptRow(r *rower, k *archive.Kept) KeptRow {
	t := &k.Ticket
	row := KeptRow{ID: string(t.ID), Number: numberOf(t), Subject: t.Subject, Who: r.name(t, t.Requester), Created: stamp(t.Created), Closed: stamp(t.ClosedAt)}
	for _, e := range k.Entries {
		row.Files += len(e.Files)
	}
	return row
}

// ArchivedRequest gives a request that is only in the archive.
func (a *API) ArchivedRequest(org, ticket string) (KeptView, error) {
	s, o, err := a.archived(org)
	if err != nil {
		return KeptView{}, err
	}
	k, err := s.archives.store.Get(o, desk.TicketID(ticket))
	if err != nil {
		return KeptView{}, err
	}
	r := s.rower()
	v := KeptView{Row: keptRow(r, &k), Entries: []EntryView{}}
	for _, e := range k.Entries {
		if !told(e) {
			v.Entries = append(v.Entries, s.entryView(r, &k.Ticket, e))
		}
	}
	return v, nil
}

// SaveArchive saves everything an organization has asked, what is only in the
// archive too, as one ZIP file: a page to begin with, and a folder for each
// request as SaveCopy makes it.
func (a *API) SaveArchive(org string) (SavedCopy, error) {
	s, o, err := a.archived(org)
	if err != nil {
		return SavedCopy{}, err
	}
	kept, _, err := s.gone(o)
	if err != nil {
		return SavedCopy{}, err
	}
	name := nameOfOrg(s.place(), o)
	dest, err := a.deps.Shell.SaveFile(say("Save everything"), cleanName(name)+" "+a.now().Local().Format(time.DateOnly)+".zip")
	if err != nil || dest == "" {
		return SavedCopy{Missing: []string{}}, err
	}
	out := SavedCopy{Name: filepath.Base(dest), Missing: []string{}}
	err = saveZip(dest, func(z *zip.Writer) error {
		index := copyIndex{copySpeech: speech(), Name: name}
		add := func(t *desk.Ticket, entries []desk.Entry) error {
			folder := fmt.Sprintf("%s %s/", t.Number, cleanName(t.Subject))
			c := s.copyOf(t, entries, "request")
			out.Missing = append(out.Missing, c.missing...)
			index.Lines = append(index.Lines, copyFile{Name: "#" + t.Number.String() + " " + t.Subject, Path: folder + "request.html"})
			return c.write(z, folder)
		}
		err := s.eachOf(o, func(row *desk.Ticket) error {
			t, _, err := s.cache.Ticket(row.ID)
			if err != nil {
				return err
			}
			entries, err := s.cache.EntriesAfter(t.ID, 0)
			if err != nil {
				return err
			}
			return add(&t, entries)
		})
		for i := range kept {
			if err == nil {
				err = add(&kept[i].Ticket, kept[i].Entries)
			}
		}
		if err != nil {
			return err
		}
		index.Saved = say("{n, plural, one {# request} other {# requests}}. Saved on {at, date, full}.", "n", len(index.Lines), "at", a.now().Local())
		page, err := z.Create("index.html")
		if err != nil {
			return err
		}
		return indexForm.Execute(page, index)
	})
	return out, err
}
