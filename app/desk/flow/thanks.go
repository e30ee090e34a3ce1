package flow

import (
	"slices"
	"strings"
	"unicode"

	"docket/app/desk"
	"docket/app/desk/access"
)

// mostThanks is how many words a message has at most that only thanks.
const mostThanks = 6

// thanking are the words one of which has to be there, civil those that may
// stand beside it. What is in neither list may say that something is still
// wrong, and there is no word in them that can.
var (
	thanking = words(`thanks thank thx tnx ty thankyou cheers
		danke dank dankeschön dankeschoen dankesehr merci mercie gracias grazie obrigado obrigada bedankt dankjewel dankuwel
		tak takk tack kiitos dziękuję dzięki děkuji díky ďakujem köszönöm mulțumesc teşekkürler teşekkür sağol
		спасибо дякую ευχαριστώ ありがとう ありがとうございます ありがとうございました 谢谢 谢谢你 谢谢您 謝謝 감사합니다 고맙습니다 شكرا תודה धन्यवाद
		👍 🙏`)
	civil = words(`a i you u so very much many lot lots all indeed for the your to it that this everyone everybody team hi hello dear
		effort quick fast great super perfect perfectly excellent wonderful awesome brilliant lovely nice good kind best regards greetings day
		works working now fine well done solved fixed sorted it's that's is
		vielen vielmals besten herzlichen herzlich lieben liebe lieber tausend schön schoen sehr auch euch dir ihnen ihr für fuer die das es ist und
		schnelle schnellen gute guten prima klasse toll perfekt wunderbar super bestens alles klar gut
		läuft laeuft funktioniert geht klappt passt jetzt nun erledigt gelöst hallo moin grüße gruß gruss lg vg mfg viele freundlichen
		beaucoup bien et muchas mil mille tante molto muito dank je wel u mange tusen så mycket jälleenkin paljon bardzo wielkie moc szépen çok ederim большое огромное дуже πολύ جزيلا רבה
		😊 🙂 😀 😃 😄 🎉 ❤ ♥ 💙 👌 ✅`)
	// after are words that are civil only behind certain others: alone they call
	// for help, or say that it came back.
	after = map[string]map[string]bool{
		"again": words("thanks thank you works working fine"), "wieder": words("läuft laeuft funktioniert geht klappt"),
		"help": words("your the for great quick nice"), "support": words("your the for great quick nice"),
		"hilfe": words("die für fuer schnelle gute tolle"), "unterstützung": words("die für fuer schnelle gute tolle"),
	}
)

func words(list string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		out[w] = true
	}
	return out
}

// Thanks reports whether text thanks and says nothing else, in the words the
// desk knows and the names of people. Whatever it does not know is taken for
// something that has to be read: thanking is undone with one click, a call for
// help that nobody hears is not.
func Thanks(text string, people ...desk.Named) bool {
	if len(text) > 200 {
		return false
	}
	n, thanks, before := 0, false, ""
	for w := range strings.FieldsFuncSeq(text, between) {
		w = strings.Trim(strings.ToLower(strings.ReplaceAll(w, "’", "'")), "'\ufe0f\u200d")
		if w = strings.TrimRight(w, "🏻🏼🏽🏾🏿"); w == "" {
			continue
		}
		if n++; n > mostThanks {
			return false
		}
		switch {
		case thanking[w]:
			thanks = true
		case !civil[w] && !after[w][before] && !named(w, people):
			return false
		}
		before = w
	}
	return thanks
}

// between reports whether r parts words and means nothing. A question mark, a
// digit or a minus does not: no word that has one is known.
func between(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(".,;:!¡…()\"“”„–—、。！،~", r)
}

func named(w string, people []desk.Named) bool {
	return slices.ContainsFunc(people, func(p desk.Named) bool {
		return slices.Contains(strings.Fields(strings.ToLower(p.Name)), w)
	})
}

// thanks reports whether a message of the asking side does no more than thank
// for what is done: it opens nothing, starts no clock and calls nobody
// (BEHAVIOURS 1.25). Whom it may name is whom its author meets.
func (d *decision) thanks(a desk.Reply) bool {
	if d.ours() || !d.t.Status.Done() || len(a.Files)+len(a.Asks)+len(a.Answers) > 0 {
		return false
	}
	people := d.t.People
	if !d.lesser {
		people = access.Customer(&d.t).People
	}
	return Thanks(a.Text, people...)
}
