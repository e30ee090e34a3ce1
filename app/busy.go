package app

import (
	"time"

	"docket/app/desk"
	"docket/app/desk/flow"
)

// BusyInfo says that answers of a department take longer at the moment.
type BusyInfo struct {
	// Text is what a lead says, "" where the desk itself sees that more people
	// wait than usual; Until is when that is over, "" where nobody said.
	Text  string `json:"text"`
	Until string `json:"until"`
}

// Announce has a lead say how busy a department is until a time; without words
// it takes back what was said. It is said now or not at all: it never goes into
// the outbox, because later it would not be true.
func (a *API) Announce(dept, words, until string) error {
	s, err := a.session()
	if err != nil {
		return err
	}
	b := desk.Busy{}
	if b.Department, err = department(dept); err != nil {
		return err
	}
	if b.Text, err = text("text", words, desk.MaxBusyText); err != nil {
		return err
	}
	if until != "" {
		if b.Until, err = time.Parse(time.RFC3339, until); err != nil {
			return wrong("until", "That is not a time.")
		}
	}
	return s.engine().Announce(a.ctx, b)
}

// busy is what is said of a department now; nil for nothing.
func (s *session) busy(d desk.DeptID) *BusyInfo {
	all, err := s.cache.Busy()
	if err != nil {
		return nil // it is said at the server still
	}
	b, said := all[d]
	if !said || b.Over(s.api.now()) {
		return nil
	}
	return &BusyInfo{Text: b.Text, Until: stamp(b.Until)}
}

// announces reports whether the person says how busy a department is.
func (s *session) announces(d desk.DeptID) bool { return flow.MayAnnounce(s.me(), d) }
