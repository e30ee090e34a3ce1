package app

import (
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// SuggestedInfo is who a ticket could be given to; without an id, nobody.
type SuggestedInfo struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Why says what speaks for them, in words.
	Why string `json:"why"`
}

// lookedBack is how many solved tickets are looked at for who helped a customer
// last.
const lookedBack = 500

// SuggestOwner says who an unassigned ticket could be given to, from what is on this
// computer. It is a call of its own, so that no ticket waits for it to open.
func (a *API) SuggestOwner(ticket string) (SuggestedInfo, error) {
	s, l, err := a.on(ticket)
	if err != nil {
		return SuggestedInfo{}, err
	}
	t, r := &l.ticket, s.rower()
	if t.Assignee != "" || t.Status.Done() || !can(r.me, t, desk.CmdAssign) {
		return SuggestedInfo{}, nil
	}
	around := policy.Around{Open: map[desk.PersonID]int{}, Here: s.here(r), Last: s.lastFor(t.Requester), Now: r.now}
	err = s.onBoard(func(b *policy.Board, now time.Time) error {
		for p, load := range b.People(now) {
			around.Open[p] = load.Open
		}
		return nil
	})
	if err != nil {
		return SuggestedInfo{}, err
	}
	best, ok := policy.Suggest(t, r.place, around)
	if !ok {
		return SuggestedInfo{}, nil
	}
	return SuggestedInfo{ID: string(best.Person), Name: r.name(nil, best.Person), Why: strings.Join(each(best.Why), say(", |between reasons"))}, nil
}

// here are who this computer knows to be at work: its own person, and whoever
// is on a ticket right now that it hears of.
func (s *session) here(r *rower) map[desk.PersonID]bool {
	out := map[desk.PersonID]bool{r.me.Person: true}
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, people := range s.presence {
		for _, p := range people {
			out[p.Person] = true
		}
	}
	return out
}

// lastFor is who solved the newest ticket of a customer that is found; "" for
// nobody.
func (s *session) lastFor(p desk.PersonID) desk.PersonID {
	rows, err := s.cache.Rows(policy.ViewSolved, 0, lookedBack)
	if err != nil {
		return ""
	}
	for i := range rows {
		if t := &rows[i].Ticket; t.Requester == p && t.Assignee != "" {
			return t.Assignee
		}
	}
	return ""
}

// SetLanguage queues the team's word on the language of a ticket.
func (a *API) SetLanguage(ticket, to string) error {
	return a.do(ticket, func(_ *session, t *desk.Ticket) (desk.Args, error) {
		if desk.LanguageName(to) == "" {
			return nil, wrong("language", "That is not a language that is told apart.")
		}
		return desk.SetLanguage{From: t.Language, To: to}, nil
	})
}

// Languages gives those that are told apart.
func (a *API) Languages() ([]Option, error) {
	out := []Option{}
	for _, code := range desk.Languages() {
		out = append(out, Option{ID: code, Name: say(desk.LanguageName(code))})
	}
	return out, nil
}

// languageNames are those in which answers are promised, in words.
func languageNames(codes []string) []string {
	out := []string{}
	for _, c := range codes {
		out = append(out, say(desk.LanguageName(c)))
	}
	return out
}

func spokenLine(e desk.Entry, who string) string {
	return say("{who} noted that this is in {language}", "who", who, "language", say(or(desk.LanguageName(e.To), e.To)))
}
