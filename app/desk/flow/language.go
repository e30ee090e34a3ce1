package flow

import (
	"docket/app/desk"
	"docket/app/desk/policy"
)

// hears keeps the language of what the asking side wrote, unless the team has
// said which it is. It is the team's: nothing of it reaches a customer.
func (d *decision) hears(text string) {
	if d.ours() || d.lesser || d.t.LanguageSet {
		return
	}
	if code := policy.Language(text); code != "" {
		d.t.Language = code
	}
}

// language is the team's word on it, which messages do not change any more.
func (d *decision) language(a desk.SetLanguage) error {
	if desk.LanguageName(a.To) == "" {
		return invalid("language", "This language is not known.", "Choose one of those offered.")
	}
	if d.t.Language == a.To {
		return nil
	}
	if d.t.Language != a.From {
		return conflict("language", "The language has been changed in the meantime.", d.t.Language)
	}
	d.t.Language, d.t.LanguageSet = a.To, true
	d.add(desk.Entry{Kind: desk.Spoken, From: a.From, To: a.To}, desk.Internal)
	return nil
}
