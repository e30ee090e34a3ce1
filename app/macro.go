package app

import (
	"errors"
	"strings"

	"docket/app/desk"
	"docket/app/desk/flow"
	"docket/app/desk/policy"
)

// MacroInfo is a ready answer as the composer offers it.
type MacroInfo struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	// Text is its beginning in one line, gaps and all.
	Text string `json:"text"`
}

// AlsoInfo is what a reply does beside saying something. From-values are what
// its author saw, as with the same change by itself.
type AlsoInfo struct {
	Then         string   `json:"then"`
	AddTags      []string `json:"addTags"`
	RemoveTags   []string `json:"removeTags"`
	Assign       string   `json:"assign"`
	AssignFrom   string   `json:"assignFrom"`
	Priority     string   `json:"priority"`
	PriorityFrom string   `json:"priorityFrom"`
}

// FilledMacro is a ready answer with its gaps filled, to be read before it goes.
type FilledMacro struct {
	Text string   `json:"text"`
	Also AlsoInfo `json:"also"`
}

// Macros gives the ready answers for a ticket, and articles that can be one.
func (a *API) Macros(ticket string) ([]MacroInfo, error) {
	s, l, err := a.on(ticket)
	if err != nil {
		return nil, err
	}
	all, err := s.cache.Macros()
	if err != nil {
		return nil, err
	}
	out := []MacroInfo{}
	for _, m := range all {
		if m.Department == "" || m.Department == l.ticket.Department {
			out = append(out, MacroInfo{ID: m.ID, Title: m.Title, Text: brief(m.Text)})
		}
	}
	return append(out, s.articleAnswers(&l.ticket)...), nil
}

// brief is the beginning of a text in one line.
func brief(text string) string {
	s, err := line("text", text, len(text))
	if err != nil {
		return ""
	}
	if r := []rune(s); len(r) > 100 {
		return string(r[:100]) + "…"
	}
	return s
}

// FillMacro gives a ready answer for a ticket, filled in, and what goes with it.
// One that names what the ticket lacks, or that the rules would not let through,
// is refused whole.
func (a *API) FillMacro(ticket, id string) (FilledMacro, error) {
	s, l, err := a.on(ticket)
	if err != nil {
		return FilledMacro{}, err
	}
	if strings.HasPrefix(id, articleMark) {
		return s.articleAnswer(&l.ticket, id)
	}
	all, err := s.cache.Macros()
	if err != nil {
		return FilledMacro{}, err
	}
	for _, m := range all {
		if m.ID == id && (m.Department == "" || m.Department == l.ticket.Department) {
			return s.fill(m, l)
		}
	}
	return FilledMacro{}, &desk.Error{Code: desk.CodeNotFound, Field: "macro", Message: "This macro is not there any more.", Hint: "Choose another one."}
}

func (s *session) fill(m desk.Macro, l laid) (FilledMacro, error) {
	d, err := s.cache.Desk()
	if err != nil {
		return FilledMacro{}, err
	}
	t, me, place := &l.ticket, s.me(), s.place()
	text, err := policy.Fill(m, t, me, place, d)
	if err != nil {
		return FilledMacro{}, err
	}
	r := desk.Reply{Text: text, Then: m.Then, Also: desk.Also{Tags: desk.SetTags{Add: m.AddTags, Remove: m.RemoveTags}}}
	if m.Assign == desk.MacroMe {
		m.Assign = me.Person
	}
	if m.Assign != "" && m.Assign != t.Assignee {
		r.Also.Assign = desk.Assign{From: t.Assignee, To: m.Assign}
	}
	if m.Priority != "" && m.Priority != t.Priority {
		r.Also.Priority = desk.SetPriority{From: t.Priority, To: m.Priority}
	}
	_, err = flow.Decide(desk.State{Ticket: t, Place: place, ReadUpTo: l.read}, s.command(t.ID, l.confirmed, r), me, s.api.now())
	if err != nil && !errors.Is(err, desk.ErrHeld) {
		return FilledMacro{}, err
	}
	return FilledMacro{Text: text, Also: viewAlso(r.Then, r.Also)}, nil
}

func viewAlso(then desk.Status, a desk.Also) AlsoInfo {
	return AlsoInfo{
		Then: string(then), AddTags: append([]string{}, a.Tags.Add...), RemoveTags: append([]string{}, a.Tags.Remove...),
		Assign: string(a.Assign.To), AssignFrom: string(a.Assign.From), Priority: string(a.Priority.To), PriorityFrom: string(a.Priority.From),
	}
}

// also reads what goes along with a reply; its rules are flow's.
func also(in AlsoInfo) (then desk.Status, out desk.Also, err error) {
	if in.Then != "" {
		if then, err = status(in.Then); err != nil {
			return then, out, err
		}
	}
	if out.Tags.Add, err = tags(in.AddTags); err != nil {
		return then, out, err
	}
	if out.Tags.Remove, err = tags(in.RemoveTags); err != nil {
		return then, out, err
	}
	if in.Assign != "" {
		if out.Assign.To, err = person("assignee", in.Assign); err != nil {
			return then, out, err
		}
		if in.AssignFrom != "" {
			if out.Assign.From, err = person("assignee", in.AssignFrom); err != nil {
				return then, out, err
			}
		}
	}
	if in.Priority != "" {
		if out.Priority.To, err = priority(in.Priority); err != nil {
			return then, out, err
		}
		if in.PriorityFrom != "" {
			out.Priority.From, err = priority(in.PriorityFrom)
		}
	}
	return then, out, err
}
