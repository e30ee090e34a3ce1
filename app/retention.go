package app

import (
	"errors"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
	"docket/storage/cache"
	"docket/storage/outbox"
)

// KeepInfo is until when a closed ticket is kept. Until is by the policy, Ends
// the day it is deleted once that was announced, Files when its files go before
// it and FilesGone when they went. Hold is set for the team while it is on legal
// hold; without By the whole organization is.
type KeepInfo struct {
	Until     string    `json:"until"`
	Ends      string    `json:"ends"`
	Files     string    `json:"files"`
	FilesGone string    `json:"filesGone"`
	Hold      *HoldInfo `json:"hold"`
}

// HoldInfo is who keeps a ticket, since when and why.
type HoldInfo struct {
	By     string `json:"by"`
	At     string `json:"at"`
	Reason string `json:"reason"`
}

// Hold queues putting a ticket on legal hold or taking it off.
func (a *API) Hold(ticket string, on bool, reason string) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		reason, err := line("reason", reason, maxReason)
		return desk.SetHold{On: on, Reason: reason}, err
	})
}

// keepInfo is what can be said now of how long t is kept; nil for nothing. What is
// by the policy is computed here, so that it costs nobody's copy a byte.
func (s *session) keepInfo(r *rower, t *desk.Ticket) *KeepInfo {
	dept := r.place.Departments[t.Department]
	k := KeepInfo{FilesGone: stamp(t.FilesGone), Ends: stamp(t.Deletes)}
	if t.Into == "" {
		k.Until = stamp(policy.Expires(t, dept))
		if t.FilesGone.Before(t.ClosedAt) {
			k.Files = stamp(policy.FilesExpire(t, dept))
		}
	}
	switch {
	case !t.Hold.At.IsZero():
		k.Hold = &HoldInfo{By: r.name(t, t.Hold.By), At: stamp(t.Hold.At), Reason: t.Hold.Reason}
	case r.place.Held[t.Org] && t.Org != "":
		k.Hold = &HoldInfo{Reason: s.heldFor(t.Org)}
	}
	if k == (KeepInfo{}) {
		return nil
	}
	return &k
}

// heldFor is why everything of an organization is kept.
func (s *session) heldFor(o desk.OrgID) string {
	d, err := s.cache.Desk()
	if err != nil {
		return ""
	}
	return d.HeldFor(o)
}

// forget removes from this computer what is left of a ticket that is gone: the
// bytes of its files, and the own words that were confirmed and are kept for a
// server that comes back from a backup. Where only the reader lost it, or nobody
// said why it went, those stay that are young enough to be asked for. What was
// not sent stays with its author.
func (s *session) forget(r cache.Removal) {
	before := s.api.now().Add(-notAskedFor)
	if r.Purged {
		before = time.Time{}
		s.unstage(r.Files)
	}
	if err := s.out.Forget(r.Ticket, before); err != nil {
		s.api.deps.Log.Warn("forget what was sent", "err", err)
	}
	s.forgetFiles(r.Files)
}

// notAskedFor is how old something confirmed is that no restored server asks
// for.
const notAskedFor = 30 * 24 * time.Hour

// unstage takes files that were sent off the list of those that this window may
// still send, unless something here has them that was not sent.
func (s *session) unstage(hashes []desk.BlobHash) {
	needed := s.neededFiles()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, h := range hashes {
		if !needed[h] {
			delete(s.staged, h)
		}
	}
}

// neededFiles are the files of what is written here and not at the server.
func (s *session) neededFiles() map[desk.BlobHash]bool {
	needed := map[desk.BlobHash]bool{}
	for _, it := range s.out.Items() {
		for _, f := range filesOf(it.Command) {
			needed[f.Hash] = needed[f.Hash] || it.State != outbox.Confirmed && it.State != outbox.Discarded
		}
	}
	for _, d := range s.out.Drafts() {
		for _, f := range d.Files {
			needed[f.Hash] = true
		}
	}
	return needed
}

func holdLine(e desk.Entry, who string) string {
	if e.To == "" {
		return say("{who} took this off legal hold", "who", who) + more(e.Reason)
	}
	return say("{who} put this on legal hold", "who", who) + more(e.Reason)
}

// dropped reports whether the files of an entry were deleted after their time.
func dropped(t *desk.Ticket, e desk.Entry) bool { return e.At.Before(t.FilesGone) }

// anyFile reports whether a file is on this computer: where none is, as when it
// is loaded for the first time, there is none to forget.
func (s *session) anyFile() bool {
	return errors.Is(s.files.Blobs.Hashes(func(desk.BlobHash) error { return errOne }), errOne)
}

var errOne = errors.New("there is one")

// dropGone forgets files that were deleted everywhere after their time.
func (s *session) dropGone(ids []desk.TicketID) {
	for _, id := range ids {
		t, _, err := s.cache.Ticket(id)
		if err != nil || t.FilesGone.IsZero() {
			continue
		}
		entries, err := s.cache.EntriesAfter(id, 0)
		if err != nil && !errors.Is(err, desk.ErrNotFound) {
			s.api.deps.Log.Warn("read files of a ticket", "err", err)
		}
		for _, e := range entries {
			if dropped(&t, e) {
				for _, f := range e.Files {
					s.forgetFiles([]desk.BlobHash{f.Hash})
				}
			}
		}
	}
}

// goneFile is told instead of a file that was deleted after its time.
func goneFile(name string, at time.Time) *desk.Error {
	return (&desk.Error{
		Code: desk.CodeNotFound, Field: "files", Message: "“{name}” was deleted on {at, date, date}, after its time.",
		Hint: "Ask whoever sent it for it if you still need it.",
	}).With("name", cleanName(name), "at", at.Local())
}
