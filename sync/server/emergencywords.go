package server

import (
	"time"

	"golang.org/x/text/language"
)

// emergencyWords are what the emergency page says of its own in one language.
// What the desk declared, such as what a line is for, stays as it was written.
type emergencyWords struct {
	// Title and Head are templates of the desk's name, Free of a country, and
	// Opens of a weekday, a time and a zone.
	Title, Head, Free, Opens string
	Now, Closed, None, Mail  string
	Code                     string
	// Often is the title of what stands there for who looks too often, and Wait what
	// to do.
	Often, Wait string
	// Desk is what stands for a desk without a name, Days are from Sunday on.
	Desk string
	Days [7]string
}

func (w emergencyWords) day(d time.Weekday) string { return w.Days[d] }

// emergencySpeaks are the languages of the page; the first is for everybody else.
var emergencySpeaks = []language.Tag{language.English, language.German, language.Dutch, language.French}

var emergencyMatch = language.NewMatcher(emergencySpeaks)

var emergencyIn = map[language.Tag]emergencyWords{
	language.English: {
		Title: "%s: reach us", Head: "How to reach %s when it cannot wait", Free: "Free of charge in %s", Opens: "Opens %s, %s (%s)",
		Now: "Somebody answers now", Closed: "Closed now", Mail: "By e-mail:", Desk: "Support",
		None:  "The numbers cannot be shown at the moment. They also stand in your contract and in the Docket program.",
		Code:  "If you have sent a request already, say its number or its code, such as K7-QM4S.",
		Often: "Asked too often", Wait: "This page was asked for too often from where you are. Wait a minute, then open it again. The numbers on it do not change that fast.",
		Days: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	},
	language.German: {
		Title: "%s: So erreichen Sie uns", Head: "So erreichen Sie %s, wenn es nicht warten kann", Free: "Kostenlos in %s", Opens: "Wieder da: %s, %s (%s)",
		Now: "Jetzt ist jemand da", Closed: "Jetzt geschlossen", Mail: "Per E-Mail:", Desk: "Support",
		None:  "Die Nummern können gerade nicht angezeigt werden. Sie stehen auch in Ihrem Vertrag und im Programm Docket.",
		Code:  "Haben Sie schon eine Anfrage gesendet, nennen Sie deren Nummer oder Code, zum Beispiel K7-QM4S.",
		Often: "Zu oft gefragt", Wait: "Diese Seite wurde von Ihrem Anschluss aus zu oft aufgerufen. Warten Sie eine Minute und öffnen Sie sie dann wieder. Die Nummern darauf ändern sich nicht so schnell.",
		Days: [7]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
	},
	language.Dutch: {
		Title: "%s: zo bereikt u ons", Head: "Zo bereikt u %s als het niet kan wachten", Free: "Gratis in %s", Opens: "Weer bereikbaar: %s, %s (%s)",
		Now: "Er is nu iemand", Closed: "Nu gesloten", Mail: "Per e-mail:", Desk: "Support",
		None:  "De nummers kunnen nu niet worden getoond. Ze staan ook in uw contract en in het programma Docket.",
		Code:  "Hebt u al een verzoek verstuurd, noem dan het nummer of de code, bijvoorbeeld K7-QM4S.",
		Often: "Te vaak gevraagd", Wait: "Deze pagina is vanaf uw aansluiting te vaak opgevraagd. Wacht een minuut en open haar dan opnieuw. De nummers erop veranderen niet zo snel.",
		Days: [7]string{"zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"},
	},
	language.French: {
		Title: "%s : nous joindre", Head: "Comment joindre %s quand cela ne peut pas attendre", Free: "Gratuit en %s", Opens: "Ouvre %s, %s (%s)",
		Now: "Quelqu’un répond maintenant", Closed: "Fermé pour le moment", Mail: "Par e-mail :", Desk: "Support",
		None:  "Les numéros ne peuvent pas être affichés pour le moment. Ils figurent aussi dans votre contrat et dans le programme Docket.",
		Code:  "Si vous avez déjà envoyé une demande, donnez son numéro ou son code, par exemple K7-QM4S.",
		Often: "Demandé trop souvent", Wait: "Cette page a été demandée trop souvent depuis votre connexion. Attendez une minute, puis ouvrez-la de nouveau. Les numéros n’y changent pas si vite.",
		Days: [7]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
	},
}

// emergencyLanguage is that of the page for who wishes for these, best first.
func emergencyLanguage(wished []language.Tag) (language.Tag, emergencyWords) {
	_, i, sure := emergencyMatch.Match(wished...)
	if sure == language.No {
		i = 0
	}
	tag := emergencySpeaks[i]
	return tag, emergencyIn[tag]
}
