package policy

import (
	"maps"
	"slices"
	"time"

	"docket/app/desk"
)

// Around is what a suggestion needs to know beside the ticket, as far as it is
// known.
type Around struct {
	// Open counts the open tickets of each person.
	Open map[desk.PersonID]int
	// Here are those who are known to be at work.
	Here map[desk.PersonID]bool
	// Last solved the last one for the same customer.
	Last desk.PersonID
	// Now is when; who is away then is passed over.
	Now time.Time
}

// Suggestion is who a ticket could be given to, and why.
type Suggestion struct {
	Person desk.PersonID
	Why    []desk.Said
}

// What speaks for somebody, in one measure (BEHAVIOURS 3.4): the customer's
// language and having helped them last count most, then what somebody knows and
// that they are here; each open ticket counts against.
const (
	forLanguage = 30
	forLast     = 30
	forSkill    = 20
	mostSkills  = 2
	forHere     = 20
	perOpen     = 4
	mostOpen    = 10
)

// Suggest says who of the ticket's department it could be given to; false when
// there is nobody. Of two who fit as well, the one with less to do; of those,
// the first by id.
func Suggest(t *desk.Ticket, place desk.Place, around Around) (Suggestion, bool) {
	var best Suggestion
	most, open := 0, 0
	for _, id := range slices.Sorted(maps.Keys(place.People)) {
		p := place.People[id]
		if !p.Role.Staff() || p.Disabled || p.Away.At(around.Now) || id == t.Requester || !slices.Contains(p.Departments, t.Department) {
			continue
		}
		score, why := fits(t, p, around)
		if best.Person == "" || score > most || score == most && around.Open[id] < open {
			best, most, open = Suggestion{id, why}, score, around.Open[id]
		}
	}
	return best, best.Person != ""
}

func fits(t *desk.Ticket, p desk.Person, around Around) (score int, why []desk.Said) {
	if t.Language != "" && slices.Contains(p.Languages, t.Language) {
		score += forLanguage
		why = append(why, desk.Saying("speaks {language, select, en {English} de {German} fr {French} es {Spanish} it {Italian} nl {Dutch} pt {Portuguese} ar {Arabic} ru {Russian} zh {Chinese} ja {Japanese} ko {Korean} other {{language}}}", "language", t.Language))
	}
	if around.Last == p.ID {
		score += forLast
		why = append(why, desk.Saying("solved the last one for them"))
	}
	known := 0
	for _, s := range p.Skills {
		if known < mostSkills && concerns(t, s) {
			known++
			score += forSkill
			why = append(why, desk.Saying("knows {skill}", "skill", s))
		}
	}
	if around.Here[p.ID] {
		score += forHere
		why = append(why, desk.Saying("is here"))
	}
	n := around.Open[p.ID]
	score -= perOpen * min(n, mostOpen)
	return score, append(why, desk.Saying("has {n, plural, =0 {nothing open} other {# open}}", "n", n))
}

// concerns reports whether a skill names something the ticket is about.
func concerns(t *desk.Ticket, skill string) bool {
	if skill == string(t.Department) || skill == string(t.Intended) || skill == string(t.Topic) || slices.Contains(t.Tags, skill) {
		return true
	}
	return slices.ContainsFunc(t.Refs, func(r desk.Reference) bool {
		for _, name := range []string{r.Kind, r.ID, r.Label} {
			if n, ok := desk.NormalTag(name); ok && n == skill {
				return true
			}
		}
		return false
	})
}
