package app

import (
	"slices"
	"strings"

	"docket/app/desk"
)

// SetTags queues changing the tags of a ticket. What is typed is put into its
// one form here already, so that the page shows what will stand there.
func (a *API) SetTags(ticket string, add, remove []string) error {
	return a.do(ticket, tagging(add, remove))
}

func tagging(add, remove []string) making {
	return func(*session, *desk.Ticket) (desk.Args, error) {
		in, err := tags(add)
		if err != nil {
			return nil, err
		}
		out, err := tags(remove)
		return desk.SetTags{Add: in, Remove: out}, err
	}
}

// Tags gives the tags that are in use, in order, those that begin with what is
// typed first.
func (a *API) Tags(typed string) ([]string, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	if typed, err = line("tags", typed, 400); err != nil {
		return nil, err
	}
	known, err := s.cache.Tags()
	if err != nil {
		return nil, err
	}
	begun, _ := desk.NormalTag(typed)
	first, within := []string{}, []string{}
	for _, t := range known {
		switch {
		case strings.HasPrefix(t, begun):
			first = append(first, t)
		case strings.Contains(t, begun):
			within = append(within, t)
		}
	}
	out := append(first, within...)
	return out[:min(len(out), maxFound)], nil
}

func tags(in []string) ([]string, error) {
	if len(in) > 4*desk.MaxTags {
		return nil, wrong("tags", "So many tags do not fit onto one ticket.")
	}
	var out []string
	for _, s := range in {
		t, err := line("tags", s, 400)
		if err != nil {
			return nil, err
		}
		if n, ok := desk.NormalTag(t); ok {
			t = n
		}
		out = append(out, t)
	}
	return out, nil
}

// tagsOf is never nil, as the page expects; the server sends customers none.
func tagsOf(t *desk.Ticket) []string { return append([]string{}, slices.Clone(t.Tags)...) }

func taggedLine(e desk.Entry, who string) string {
	came, left := strings.Split(e.To, ","), strings.Split(e.From, ",")
	with := []any{"who", who, "came", strings.Join(came, ", "), "left", strings.Join(left, ", "), "n", len(came), "m", len(left)}
	switch {
	case e.From == "":
		return say("{who} added the {n, plural, one {tag} other {tags}} {came}", with...)
	case e.To == "":
		return say("{who} removed the {m, plural, one {tag} other {tags}} {left}", with...)
	}
	return say("{who} added the {n, plural, one {tag} other {tags}} {came} and removed the {m, plural, one {tag} other {tags}} {left}", with...)
}
