package flow

import (
	"slices"
	"strconv"
	"strings"

	"docket/app/desk"
)

// tags changes the team's own words for what a ticket is about. It changes
// nothing a customer could notice.
func (d *decision) tags(a desk.SetTags) error {
	add, err := checkTags(a.Add)
	if err != nil {
		return err
	}
	remove, err := checkTags(a.Remove)
	if err != nil {
		return err
	}
	var came, went []string
	for _, t := range remove {
		if !slices.Contains(add, t) && slices.Contains(d.t.Tags, t) && !slices.Contains(went, t) {
			went = append(went, t)
		}
	}
	for _, t := range add {
		if !slices.Contains(d.t.Tags, t) && !slices.Contains(came, t) {
			came = append(came, t)
		}
	}
	if len(came)+len(went) == 0 {
		return nil
	}
	tags := append(slices.DeleteFunc(slices.Clone(d.t.Tags), func(t string) bool { return slices.Contains(went, t) }), came...)
	if len(tags) > desk.MaxTags {
		return invalid("tags", "That makes {n} tags; a ticket can have {most}.", "Remove some first.").With("n", len(tags), "most", desk.MaxTags)
	}
	slices.Sort(tags)
	d.t.Tags = tags
	d.add(desk.Entry{Kind: desk.Tagged, From: strings.Join(went, ","), To: strings.Join(came, ",")}, desk.Internal)
	return nil
}

func checkTags(tags []string) ([]string, error) {
	var out []string
	for _, s := range tags {
		t, ok := desk.NormalTag(s)
		if !ok {
			return nil, invalid("tags", "{tag} cannot be a tag.",
				"Use letters, digits and hyphens, at most {most} of them.").With("tag", strconv.Quote(brief(s)), "most", desk.MaxTag)
		}
		out = append(out, t)
	}
	return out, nil
}

// brief is the beginning of what somebody typed, for a sentence about it.
func brief(s string) string {
	s = strings.ToValidUTF8(s, "?")
	if r := []rune(s); len(r) > desk.MaxTag {
		return string(r[:desk.MaxTag]) + "…"
	}
	return s
}
