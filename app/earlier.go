package app

import (
	"strings"

	"docket/app/desk"
	"docket/storage/outbox"
)

// EarlierDrafts gives what stood in a draft before, newest first and without
// what stands there now: also what was sent from there or thrown away within a
// month. For a new request these are the ones begun and ended before, too.
// They are the person's own words on this computer and nowhere else.
func (a *API) EarlierDrafts(key string) ([]Draft, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	if !validKey(key) {
		return nil, wrong("draft", "That is not a draft.")
	}
	out := []Draft{}
	for _, d := range s.earlier(key) {
		out = append(out, s.viewDraft(d))
	}
	return out, nil
}

func (s *session) earlier(key string) []outbox.Draft {
	now, is := s.out.Draft(key)
	all := s.out.Versions(key)
	if is {
		all = all[1:]
	}
	if strings.HasPrefix(key, "new/") {
		for _, d := range s.out.Ended(outbox.DraftNew) {
			if d.Key != key {
				all = append(all, d)
			}
		}
	}
	type words struct{ subject, text string }
	seen := map[words]bool{{now.Subject, strings.TrimSpace(now.Text)}: is}
	var out []outbox.Draft
	for _, d := range all {
		w := words{d.Subject, strings.TrimSpace(d.Text)}
		if w == (words{}) || seen[w] {
			continue
		}
		seen[w] = true
		out = append(out, d)
	}
	return out
}

// TakeDraft puts an earlier version in place of what is written, which becomes
// an earlier version itself. from is the draft it stands in, at its time; seen
// is what the author has in sight.
func (a *API) TakeDraft(key, from, at string, seen int) (Draft, error) {
	s, err := a.session()
	if err != nil {
		return Draft{}, err
	}
	if !validKey(key) || !validKey(from) || (from != key && !(strings.HasPrefix(from, "new/") && strings.HasPrefix(key, "new/"))) {
		return Draft{}, wrong("draft", "That is not a draft.")
	}
	for _, d := range s.out.Versions(from) {
		if stamp(d.Updated) != at {
			continue
		}
		now, is := s.out.Draft(key)
		d.Key, d.Updated, d.Basis = key, a.now(), uint64(max(seen, 0)) //nolint:gosec // not negative
		if is {
			d.Basis = now.Basis
		}
		if err := s.out.TakeDraft(d); err != nil {
			return Draft{}, err
		}
		if !is && d.Ticket != "" {
			s.tell.moved([]desk.TicketID{d.Ticket})
		}
		return s.viewDraft(d), nil
	}
	return Draft{}, &desk.Error{Code: desk.CodeNotFound, Message: "That version is not kept any more.", Hint: "Take another one; what is written now is as it was."}
}
