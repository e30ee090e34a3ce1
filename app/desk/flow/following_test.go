package flow_test

import (
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/flow"
	"docket/app/desk/policy"
)

// followed is what everybody of a desk follows, by key.
type followed map[desk.PersonID]map[string]desk.Follow

func (f followed) of(p desk.PersonID) []desk.Follow {
	var out []desk.Follow
	for _, k := range slices.Sorted(maps.Keys(f[p])) {
		out = append(out, f[p][k])
	}
	return out
}

// keep does what the ledger does with it.
func (f followed) keep(p desk.PersonID, x desk.Follow) {
	if f[p] == nil {
		f[p] = map[string]desk.Follow{}
	}
	if f[p][x.Key()] = x; x.Level == desk.FollowUsual && x.Ended.IsZero() {
		delete(f[p], x.Key())
	}
}

// review ends what somebody may not follow any more.
func (w *world) review() {
	for p := range w.follows {
		for _, x := range w.follows.of(p) {
			var t *desk.Ticket
			if o := w.beside[x.Ticket]; o != nil {
				t = o.t
			}
			if x.Ended.IsZero() && !flow.Follows(w.actor(p), x, t) {
				w.follows.keep(p, flow.End(x, w.now))
			}
		}
	}
}

// hears adds how much everybody wants to hear of the ticket: a level, with "!"
// where it may be less than usual, and "-" where they do not see it.
func (h *history) hears(out map[string]string) {
	h.w.review()
	for p := range h.w.place.People {
		a := h.w.actor(p)
		level, firm := policy.Level(h.w.t, a, h.w.follows.of(p))
		s := string(level)
		if firm {
			s += "!"
		}
		if !access.CanSee(a, h.w.t) {
			s = "-"
		}
		out["hears."+string(p)] = s
		var ended []string
		for _, f := range h.w.follows.of(p) {
			if !f.Ended.IsZero() {
				ended = append(ended, string(f.What)+" "+since(f.Ended))
			}
		}
		out["ended."+string(p)] = strings.Join(ended, ",")
	}
}

// genFollow draws what somebody wants to hear.
func genFollow(rt *rapid.T) desk.SetFollow {
	if pick(rt, false, true) {
		return desk.SetFollow{What: desk.FollowOver, Keys: pick(rt, nil, []string{"copies", "organization/kranich", "odd"}, make([]string, flow.MaxFollows+1)), Level: pick(rt, desk.FollowUsual, desk.FollowAll)}
	}
	return desk.SetFollow{
		What: pick(rt, desk.FollowTicket, desk.FollowService, desk.FollowOrganization, desk.FollowCopies, "odd"), Org: pick(rt, "", desk.OrgID("kranich"), "sund"),
		Type: pick(rt, "", "domain"), Service: pick(rt, "", "kranich.example"), Level: pick(rt, desk.FollowUsual, desk.FollowAll, desk.FollowReplies, desk.FollowNone, "odd"),
	}
}
