package app

import (
	"slices"
	"strings"

	"docket/app/desk"
)

// refOf is what a reply names an entry by: its place for customers.
func refOf(e desk.Entry, me desk.Actor) uint64 {
	if me.Role.Staff() {
		return e.PublicSeq
	}
	return e.Seq
}

// about gives the entry a command refers to, if it is on this computer.
func (s *session) about(cmd desk.Command) *desk.Entry {
	r, ok := cmd.Args.(desk.Reply)
	if !ok {
		return nil
	}
	return s.referred(cmd.Ticket, r.Refers)
}

func (s *session) referred(id desk.TicketID, ref uint64) *desk.Entry {
	if ref == 0 {
		return nil
	}
	// What staff counts is never below what customers count.
	entries, err := s.cache.EntriesAfter(id, ref-1)
	if err != nil {
		return nil
	}
	i := slices.IndexFunc(entries, func(e desk.Entry) bool { return refOf(e, s.me()) == ref })
	if i < 0 {
		return nil
	}
	return &entries[i]
}

// excerpt is how much of a message stands above the one that takes it up.
const excerpt = 160

// aboutView is what stands above a message that takes up or corrects another.
func (s *session) aboutView(r *rower, t *desk.Ticket, e desk.Entry) *About {
	of := s.referred(t.ID, e.Refers)
	if of == nil {
		return nil
	}
	v := &About{
		Ref: int(e.Refers), Name: or(of.AuthorName, r.name(t, of.Author)), Me: of.Author == r.me.Person, At: stamp(of.At), Corrects: e.Corrects, //nolint:gosec // small
		Text: strings.Join(strings.Fields(of.Said()), " "),
	}
	if runes := []rune(v.Text); len(runes) > excerpt {
		v.Text = string(runes[:excerpt]) + "…"
	}
	if v.Text == "" && len(of.Files) > 0 {
		v.Text = of.Files[0].Name
	}
	return v
}
