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
	return s.referred(cmd.Ticket, desk.AboutOf(cmd.Args))
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

func excerptOf(said string) string {
	said = strings.Join(strings.Fields(said), " ")
	if runes := []rune(said); len(runes) > excerpt {
		return string(runes[:excerpt]) + "…"
	}
	return said
}

// aboutView is what stands above a message that takes up or corrects another.
func (s *session) aboutView(r *rower, t *desk.Ticket, e desk.Entry) *About {
	of := s.referred(t.ID, e.Refers)
	if of == nil {
		return nil
	}
	v := &About{
		Ref: int(e.Refers), Name: or(of.AuthorName, r.name(t, of.Author)), Me: of.Author == r.me.Person, At: stamp(of.At), Corrects: e.Corrects, //nolint:gosec // small
		Text: excerptOf(shown(of.Phrase, of.Said())),
	}
	if v.Text == "" && len(of.Files) > 0 {
		v.Text = of.Files[0].Name
	}
	return v
}
