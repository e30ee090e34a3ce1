package desk

// CmdLanguage says which language a ticket is in; see SetLanguage.
const CmdLanguage CommandKind = "language"

// Spoken is an entry of the team's: the language is To, and was From.
const Spoken Kind = "language"

// SetLanguage is the team's word on the language of a ticket, for what is read
// out of its messages may be wrong; staff only.
type SetLanguage struct {
	From string `json:"from,omitempty"`
	To   string `json:"to"`
}

// Kind implements Args.
func (SetLanguage) Kind() CommandKind { return CmdLanguage }

// languages are those that are told apart, by their codes.
var languages = []struct{ code, name string }{
	{"en", "English"},
	{"de", "German"},
	{"fr", "French"},
	{"es", "Spanish"},
	{"it", "Italian"},
	{"nl", "Dutch"},
	{"pt", "Portuguese"},
	{"ar", "Arabic"},
	{"ru", "Russian"},
	{"zh", "Chinese"},
	{"ja", "Japanese"},
	{"ko", "Korean"},
}

// Languages lists the codes of the languages that are told apart.
func Languages() []string {
	out := make([]string, len(languages))
	for i, l := range languages {
		out[i] = l.code
	}
	return out
}

// LanguageName is a language in English; "" for one that is not known.
func LanguageName(code string) string {
	for _, l := range languages {
		if l.code == code {
			return l.name
		}
	}
	return ""
}
