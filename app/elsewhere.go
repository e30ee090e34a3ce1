package app

import (
	"errors"
	"slices"

	"docket/app/desk"
	"docket/app/desk/query"
	"docket/sync/engine"
	"docket/sync/wire"
)

// ServerPage is what the server found that is not on this computer yet: Looked
// tickets of a person's were looked at, back to what last changed at Back, and
// Next, if there is more, is where to go on.
type ServerPage struct {
	Results []SearchResult `json:"results"`
	Looked  int            `json:"looked"`
	Back    string         `json:"back"`
	Next    string         `json:"next"`
}

// mostElsewhere is how many finds of the server are kept to be opened.
const mostElsewhere = 1000

// SearchServer has the server look for a query, a stretch at a time, and gives
// what is not on this computer. What is found can be brought here.
func (a *API) SearchServer(text, from string) (ServerPage, error) {
	s, err := a.session()
	if err != nil {
		return ServerPage{}, err
	}
	out := ServerPage{Results: []SearchResult{}}
	q, _ := query.Parse(text)
	if q.Node == nil {
		return out, nil
	}
	if err := s.reachable(); err != nil {
		return out, err
	}
	_, ahead := a.now().Zone()
	page, err := s.engine().Search(a.ctx, wire.Search{Query: query.Read(text), From: from, Ahead: ahead})
	if err != nil {
		return out, err
	}
	out.Looked, out.Back, out.Next = page.Looked, stamp(page.Back), page.Next
	f := s.finds(q)
	for _, x := range page.Found {
		if _, err := s.cache.Row(x.Ticket); err == nil || !errors.Is(err, desk.ErrNotFound) {
			continue
		}
		res, err := f.elsewhere(x)
		if err != nil {
			return out, err
		}
		out.Results = append(out.Results, res)
		s.mu.Lock()
		s.elsewhere = append(slices.DeleteFunc(s.elsewhere, func(y desk.Found) bool { return y.Ticket == x.Ticket }), x)
		s.elsewhere = s.elsewhere[max(0, len(s.elsewhere)-mostElsewhere):]
		s.mu.Unlock()
	}
	return out, nil
}

func (s *session) reachable() error {
	if st := s.engine().Status().State; st != engine.Live && st != engine.Syncing {
		return &desk.Error{Code: desk.CodeOffline, Message: "The server cannot be reached, so it cannot be searched.", Hint: "What is on this computer is searched all the same."}
	}
	return nil
}

// elsewhere is a ticket of the server's as the page shows it.
func (f *finding) elsewhere(x desk.Found) (SearchResult, error) {
	var t desk.Ticket
	if err := (wire.Codec{}).Unmarshal(x.Head, &t); err != nil {
		return SearchResult{}, err
	}
	res := f.plain(f.r.of(&t, x.Read < t.LastSeq), t.Subject)
	if len(x.Entry) == 0 {
		return res, nil
	}
	var e desk.Entry
	if err := (wire.Codec{}).Unmarshal(x.Entry, &e); err != nil {
		return res, err
	}
	f.entry(&res, &t, &e)
	return res, nil
}

// BringTicket brings what the server found to this computer, before its turn.
func (a *API) BringTicket(ticket string) error {
	s, err := a.session()
	if err != nil {
		return err
	}
	id, err := ticketID(ticket)
	if err != nil {
		return err
	}
	if _, err := s.cache.Row(id); err == nil {
		return nil
	}
	if err := s.reachable(); err != nil {
		return err
	}
	s.mu.RLock()
	i := slices.IndexFunc(s.elsewhere, func(x desk.Found) bool { return x.Ticket == id })
	var found desk.Found
	if i >= 0 {
		found = s.elsewhere[i]
	}
	s.mu.RUnlock()
	if i < 0 {
		return notHere()
	}
	if _, err := s.cache.Adopt(found); err != nil {
		return err
	}
	if err := s.engine().Fetch(a.ctx, id); err != nil {
		return err
	}
	if _, err := s.cache.Row(id); err != nil {
		return notHere()
	}
	return nil
}

// finds is a search by a query, as its person asks now.
func (s *session) finds(q query.Query) *finding {
	f := &finding{s: s, r: s.rower(), q: q, scope: query.Scope{Me: s.me(), Now: s.api.now(), Zone: s.api.now().Location(), Place: s.place()}}
	f.ask = f.of(q.Node)
	return f
}
