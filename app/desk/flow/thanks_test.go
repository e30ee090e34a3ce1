package flow_test

import (
	"strings"
	"testing"

	"docket/app/desk"
	"docket/app/desk/flow"
)

func TestThanks(t *testing.T) {
	otto := []desk.Named{{ID: "otto", Name: "Otto Broken-Hill"}, {ID: "rita", Name: "Rita Serrano"}}
	for _, text := range []string{
		"Thanks!", "thanks", "THANK YOU", "Thank you so much!", "Thx", "ty!", "Cheers, Otto", "Thanks Otto", "Thanks, works now.",
		"thanks again :)", "That’s perfect, thank you!", "Thanks for your help", "Thanks\n\nBest regards\nRita", "👍", "👍🏽", "Thanks 🙏 😊", "Great, thanks! ❤️",
		"Danke", "Danke!", "Danke schön", "Dankeschön", "Vielen Dank!", "Vielen lieben Dank", "Besten Dank, Otto", "Herzlichen Dank für die Hilfe",
		"Danke, läuft wieder.", "Perfekt, danke", "Danke, passt", "Vielen Dank und viele Grüße Rita", "Danke – alles gut", "Danke, lg Rita",
		"Merci", "Merci beaucoup !", "¡Muchas gracias!", "Grazie mille", "Muito obrigada", "Dank je wel", "Mange tak", "Tack så mycket", "Tusen takk",
		"Dziękuję bardzo", "Díky moc", "Çok teşekkürler", "Спасибо большое", "ありがとうございます", "谢谢", "شكرا جزيلا",
	} {
		if !flow.Thanks(text, otto...) {
			t.Errorf("%q thanks and opens nothing; it was taken for more", text)
		}
	}
	for _, text := range []string{
		"", " ", "!", "...", "42", "-1", "Thanks 2", "2 x thanks", "Thanks 1", "0", "1000 Dank",
		"still broken", "Still not working", "Thanks, still broken", "It is broken", "Danke, geht nicht", "Geht nicht", "Immer noch kaputt",
		"Danke, schon wieder", "Nein danke", "No thanks", "No, thanks", "Not solved, thanks", "Thanks but no", "Danke, aber nein", "Thanks for nothing",
		"Thanks?", "Danke, und jetzt?", "Danke, und jetzt ？", "Works now", "Perfect", "Great", "ok", "Hello Otto", "Otto", "please help", "Bitte",
		"Thanks so very much for all the help", "thanks thanks thanks thanks thanks thanks thanks",
		"Thanks 😡", "Thanks. Help!", "Danke, Hilfe!", "Thanks, that again", "Thanks, it's again", "Danke, wieder das", "Support, thanks", "Danke wieder",
		"👎", "Thanks 👎", "Merci, mais non", "Gracias, pero no", "Danke, Server down", "Thanks Nora", "Danke Otto kaputt",
		"Thanks - error", "Thanks/broken", "Thanks, http://x.example", "thanks_broken", "no👍", "谢谢 还是坏的", "Спасибо, не работает",
		"Thanks" + strings.Repeat("!", 300),
	} {
		if flow.Thanks(text, otto...) {
			t.Errorf("%q was taken for thanks alone; somebody has to read it", text)
		}
	}
}
