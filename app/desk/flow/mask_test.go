package flow_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"docket/app/desk"
	"docket/app/desk/access"
)

// covered searches what customers would be sent of a change for whoever they do
// not meet by name: by id, which is part of their name here, too.
func (w *world) covered(ch desk.Change) error {
	search := func(form any, people []desk.Named) error {
		b := strings.ReplaceAll(string(mustJSON(form)), "Thanks The ed!", "") // what people write is theirs
		for _, n := range people {
			if n.Mask != "" && regexp.MustCompile(`\b`+string(n.ID)+`\b`).MatchString(b) {
				return fmt.Errorf("BROKEN: customers meet %s by name: %s", n.ID, b)
			}
		}
		return nil
	}
	c := access.Customer(&ch.Ticket)
	if err := search(c, ch.Ticket.People); err != nil {
		return err
	}
	// Whom only the team's part of the head names wears there what they wore then.
	met := access.PublicRefs(&ch.Ticket)
	known := slices.DeleteFunc(slices.Clone(ch.Ticket.People), func(n desk.Named) bool { return !met[n.ID] })
	for _, n := range c.People {
		if n.Mask != "" {
			return fmt.Errorf("BROKEN: customers read what the team calls a mask: %+v", n)
		}
	}
	for _, e := range ch.Entries {
		x, ok := access.CustomerEntry(e)
		if !ok {
			continue
		}
		if err := search(x, slices.Concat(e.Masks, known)); err != nil {
			return err
		}
		// Whoever works for masked departments alone is met by name nowhere.
		for id, p := range w.place.People {
			if m := access.Hidden(p, w.place.Departments); m != "" && p.Role.Staff() {
				before := w.t != nil && access.PublicRefs(w.t)[id]
				if err := search(x, []desk.Named{{ID: id, Mask: m}}); err != nil && !before {
					return err
				}
			}
		}
	}
	return nil
}

// metAs adds how customers meet the people of the head and of the newest entry.
func (h *history) metAs(out map[string]string) {
	c := access.Customer(h.w.t)
	name := func(id desk.PersonID) string {
		for _, n := range c.People {
			if n.ID == id {
				return n.Name
			}
		}
		return ""
	}
	var all []string
	for _, n := range c.People {
		all = append(all, n.Name)
	}
	out["people"] = strings.Join(all, ", ")
	out["has.name"], out["last.name"] = name(c.Assignee), name(c.LastBy)
	for _, e := range h.w.entries {
		if x, ok := access.CustomerEntry(e); ok {
			out["author"], out["toname"], out["said"] = x.AuthorName, x.ToName, strings.ReplaceAll(x.Text, "\n", " ")
		}
	}
}
