package policy_test

import (
	"strings"
	"testing"

	"docket/app/desk"
	"docket/app/desk/policy"
)

func TestLanguage(t *testing.T) {
	for text, want := range map[string]string{
		"Since Monday the mail is slow and we cannot send.":                               "en",
		"Seit Montag ist die Mail langsam und wir können nichts senden.":                  "de",
		"Depuis lundi le courrier est lent et nous ne pouvons pas envoyer.":               "fr",
		"Desde el lunes el correo es lento y no se envía para nuestro cliente.":           "es",
		"Da lunedì la posta è lenta e non abbiamo ricevuto niente, grazie per l'aiuto.":   "it",
		"Sinds maandag is de mail traag en wij kunnen niet verzenden, het is een ramp.":   "nl",
		"Desde segunda-feira o correio não está a funcionar para os nossos clientes. Olá": "pt",
		"منذ يوم الاثنين البريد بطيء في example.com":                                      "ar",
		"С понедельника почта на mail.example не работает":                                "ru",
		"从星期一开始邮件很慢":                                                                      "zh",
		"月曜日からメールが遅いです。":                                                                  "ja",
		"월요일부터 메일이 느립니다":                                                                  "ko",
		// What cannot be told is not guessed.
		"": "", "Hello": "", "502 Bad Gateway": "", "la la": "", "ok thanks": "", "Kranich Apotheken GmbH": "",
		// What is quoted or code says nothing.
		"> Since Monday the mail is slow and we cannot send\nSeit Montag ist das so, und wir warten.":  "de",
		"```\nthe server is not the one that you have\n```\nNous ne pouvons pas, merci de nous aider.": "fr",
	} {
		if got := policy.Language(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	policy.Language(strings.Repeat("é", 5000)) // cut within a letter
}

func TestSuggest(t *testing.T) {
	person := func(id desk.PersonID, role desk.Role, dept desk.DeptID, more func(*desk.Person)) desk.Person {
		p := desk.Person{ID: id, Name: string(id), Role: role, Departments: []desk.DeptID{dept}}
		if more != nil {
			more(&p)
		}
		return p
	}
	place := desk.Place{People: map[desk.PersonID]desk.Person{}}
	for _, p := range []desk.Person{
		person("anna", desk.Engineer, "mail", func(p *desk.Person) { p.Languages, p.Skills = []string{"de"}, []string{"dns", "vps-1"} }),
		person("bert", desk.Engineer, "mail", func(p *desk.Person) { p.Skills = []string{"mail"} }),
		person("carl", desk.Engineer, "mail", nil),
		person("otto", desk.Engineer, "web", func(p *desk.Person) { p.Languages = []string{"de"} }),
		person("gone", desk.Engineer, "mail", func(p *desk.Person) { p.Disabled, p.Languages = true, []string{"de"} }),
		person("rita", desk.Customer, "mail", nil),
	} {
		place.People[p.ID] = p
	}
	base := desk.Ticket{Department: "mail", Requester: "rita"}
	for _, c := range []struct {
		name   string
		change func(*desk.Ticket)
		around policy.Around
		want   string
	}{
		{"the language counts", func(t *desk.Ticket) { t.Language = "de" }, policy.Around{}, "anna: speaks German, has nothing open"},
		{"what somebody knows counts", func(*desk.Ticket) {}, policy.Around{}, "bert: knows mail, has nothing open"},
		{"by what it is linked to", func(t *desk.Ticket) {
			t.Tags, t.Refs = []string{"dns"}, []desk.Reference{{Kind: "service", ID: "vps 1"}}
		}, policy.Around{}, "anna: knows dns, knows vps-1, has nothing open"},
		{"who helped them last", func(*desk.Ticket) {}, policy.Around{Last: "carl"}, "carl: solved the last one for them, has nothing open"},
		{"who was last and is not in the department any more does not", func(*desk.Ticket) {}, policy.Around{Last: "otto"}, "bert: knows mail, has nothing open"},
		{"a load outweighs a skill", func(*desk.Ticket) {}, policy.Around{Open: map[desk.PersonID]int{"anna": 2, "bert": 7}}, "carl: has nothing open"},
		{"who is here", func(*desk.Ticket) {}, policy.Around{Here: map[desk.PersonID]bool{"anna": true}, Open: map[desk.PersonID]int{"bert": 1}}, "anna: is here, has nothing open"},
		{"nobody suggests the one who asks", func(t *desk.Ticket) { t.Requester = "bert" }, policy.Around{}, "anna: has nothing open"},
		{"of two who fit, who has less", func(t *desk.Ticket) { t.Department = "web" }, policy.Around{Open: map[desk.PersonID]int{"otto": 3}}, "otto: has 3 open"},
		{"where nobody works, nobody", func(t *desk.Ticket) { t.Department = "none" }, policy.Around{}, ""},
	} {
		x := base
		c.change(&x)
		got := ""
		if s, ok := policy.Suggest(&x, place, c.around); ok {
			var why []string
			for _, w := range s.Why {
				why = append(why, w.String())
			}
			got = string(s.Person) + ": " + strings.Join(why, ", ")
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
