package app

import (
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
	"docket/sync/wire"
)

// AwayInfo is one of the team: when they are away and who stands in. Without
// Until they are here.
type AwayInfo struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	From       string `json:"from"`
	Until      string `json:"until"`
	Substitute string `json:"substitute"`
	// Stands is the substitute's name, Now that it is so now, Mine that it is the
	// reader, and May that the reader may say it.
	Stands string `json:"stands"`
	Now    bool   `json:"now"`
	Mine   bool   `json:"mine"`
	May    bool   `json:"may"`
}

// Away lists who of the team is or will be away, and whom the reader may say it
// of, themselves first.
func (a *API) Away() ([]AwayInfo, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	r, out := s.rower(), []AwayInfo{}
	if !r.me.Role.Staff() {
		return out, nil
	}
	for _, p := range r.place.People {
		if !p.Role.Staff() || p.Disabled {
			continue
		}
		v := AwayInfo{ID: string(p.ID), Name: p.Name, Mine: p.ID == r.me.Person}
		v.May = v.Mine || r.me.Role == desk.Admin || r.me.Role == desk.Lead && slices.ContainsFunc(p.Departments, r.me.In)
		if p.Away.Until.After(r.now) {
			v.From, v.Until, v.Substitute = stamp(p.Away.From), stamp(p.Away.Until), string(p.Away.Substitute)
			v.Stands, v.Now = r.name(nil, p.Away.Substitute), p.Away.At(r.now)
		}
		if v.May || v.Until != "" {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(x, y AwayInfo) int {
		if x.Mine != y.Mine {
			return map[bool]int{true: -1, false: 1}[x.Mine]
		}
		return strings.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name))
	})
	return out, nil
}

// SetAway says when somebody is away and who stands in; without times, that
// they are here. It counts at once or not at all.
func (a *API) SetAway(who, from, until, substitute string) error {
	s, err := a.session()
	if err != nil {
		return err
	}
	p, err := person("person", who)
	if err != nil {
		return err
	}
	var f wire.SetAway
	if f.From, err = moment("from", from); err != nil {
		return err
	}
	if f.Until, err = moment("until", until); err != nil {
		return err
	}
	if substitute != "" {
		if f.Substitute, err = person("substitute", substitute); err != nil {
			return err
		}
	}
	return s.engine().SetAway(a.ctx, p, f)
}

// away says to the team that whoever has the ticket is away, and who stands in.
func (r *rower) away(t *desk.Ticket) string {
	if !r.me.Role.Staff() {
		return ""
	}
	p := t.Assignee
	if p == "" || !policy.Absent(r.place.People, p, r.now) {
		return ""
	}
	who := r.briefly(t, p)
	if p == r.me.Person {
		who = "You"
	}
	gone := say("{who} {who, select, You {are} you {are} other {is}} away until {day}", "who", who, "day", weekday(r.place.People[p].Away.Until))
	switch s := policy.StandIn(r.place.People, p, r.now); s {
	case "":
		return gone + "; " + say("nobody stands in")
	case r.me.Person:
		return gone + "; " + say("you stand in")
	default:
		return gone + "; " + say("{who} stands in", "who", r.briefly(nil, s))
	}
}

// awayHint stands beside the name of who is away, where somebody is chosen.
func awayHint(p desk.Person, now time.Time) string {
	if !p.Away.At(now) {
		return ""
	}
	return say("away until {day}", "day", weekday(p.Away.Until))
}
