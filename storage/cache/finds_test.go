package cache

import (
	"fmt"
	"testing"

	"docket/app/desk"
)

// TestFoundAsWritten: what people paste is found as they paste it, whole, as words
// and as an exact phrase, and what differs by a sign is not. Each line has one
// ticket; another like it stands beside it.
func TestFoundAsWritten(t *testing.T) {
	c := fresh(t)
	var items []desk.Item
	for i, x := range finds {
		if i%2 == 0 {
			items = append(items, talk(i, "good morning", x.text, "thank you"))
		} else {
			items = append(items, talk(i, x.text))
		}
	}
	load(t, c, laneWeb, items...)
	for _, round := range []string{"as it came", "gathered"} {
		for i, x := range finds {
			want := fmt.Sprintf("%d/%d", i, 2-i%2)
			for _, exact := range []bool{false, true} {
				if x.word && exact {
					continue
				}
				if got := numbers(t, c, ask(x.ask, exact)); got != want {
					t.Errorf("%s, %q (exact %t): got %q, want %q", round, x.ask, exact, got, want)
				}
			}
			if x.not == "" {
				continue
			}
			if got := numbers(t, c, ask(x.not, true)); got != "" {
				t.Errorf("%s, %q: got %q, want nothing", round, x.not, got)
			}
		}
		if err := c.Index(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// finds are texts, what somebody pastes of them, and what is none of them; word
// says that it is found by inflection or by a beginning and not as it is.
var finds = []struct {
	text, ask, not string
	word           bool
}{
	// Lines of logs.
	{text: "Nov 29 03:14:07 mx1 postfix/smtpd[21877]: NOQUEUE: reject: RCPT from unknown[198.51.100.23]: 554 5.7.1", ask: "postfix/smtpd[21877]: NOQUEUE: reject", not: "postfix/smtpd[21878]"},
	{text: "Nov 29 03:14:08 mx2 dovecot: imap-login: Aborted login (auth failed, 1 attempts in 2 secs)", ask: "imap-login: Aborted login (auth failed, 1 attempts", not: "auth failed, 2 attempts"},
	{text: `198.51.100.7 - - [29/Nov/2026:03:14:09 +0000] "GET /wp-login.php HTTP/1.1" 404 153`, ask: `"GET /wp-login.php HTTP/1.1" 404`, not: "HTTP/1.1 500 153"},
	{text: "kernel: [12345.678901] EXT4-fs error (device sda1): ext4_lookup:1785: inode #524289", ask: "EXT4-fs error (device sda1): ext4_lookup", not: "device sda2"},
	{text: "[2026-11-29 03:14:10,123] ERROR [pool-3-thread-17] o.h.engine.jdbc.spi.SqlExceptionHelper - Deadlock found", ask: "2026-11-29 03:14:10,123", not: "2026-11-29 03:14:10,124"},
	// Stack traces.
	{text: "panic: runtime error: index out of range [5] with length 3\n\ngoroutine 18 [running]:\nmain.(*worker).run(0xc000112000)\n\t/srv/app/worker.go:88 +0x1d4", ask: "main.(*worker).run(0xc000112000)", not: "worker.go:89"},
	{text: "Traceback (most recent call last):\n  File \"/opt/x/jobs.py\", line 42, in tick\nKeyError: 'lane_7'", ask: `File "/opt/x/jobs.py", line 42, in tick`, not: "KeyError: 'lane_8'"},
	{text: "System.NullReferenceException: Object reference not set to an instance of an object.\n   at Shop.Cart.Total() in Cart.cs:line 17", ask: "at Shop.Cart.Total() in Cart.cs:line 17", not: "Cart.cs:line 18"},
	{text: "Uncaught TypeError: Cannot read properties of undefined (reading 'balance') at render (main.8f3a1c.js:1:40211)", ask: "main.8f3a1c.js:1:40211", not: "main.8f3a1d.js"},
	// Addresses of machines.
	{text: "It comes from 203.0.113.77 alone", ask: "203.0.113.77", not: "203.0.113.78"},
	{text: "the range 10.20.0.0/16 is blocked", ask: "10.20.0.0/16", not: "10.20.0.0/24"},
	{text: "we reach [2001:db8:85a3::8a2e:370:7334]:443 no more", ask: "2001:db8:85a3::8a2e:370:7334", not: "2001:db8:85a3::8a2e:370:7335"},
	{text: "also 2001:0DB8:0000:0000:0000:0000:0000:1234", ask: "2001:0db8:0000:0000:0000:0000:0000:1234", not: "2001:0db8:0000:0000:0000:0000:0000:1235"},
	{text: "the card is 00:1B:44:11:3A:B7", ask: "00:1b:44:11:3a:b7", not: "00:1b:44:11:3a:b8"},
	// Codes.
	{text: "it stops with 0xC0000005 at start", ask: "0xC0000005", not: "0xC0000006"},
	{text: "ORA-01555: snapshot too old: rollback segment", ask: "ORA-01555", not: "ORA-01556"},
	{text: "550 5.7.23 SPF validation failed", ask: "550 5.7.23", not: "550 5.7.24"},
	{text: "NET::ERR_CERT_AUTHORITY_INVALID in the browser", ask: "NET::ERR_CERT_AUTHORITY_INVALID", not: "ERR_CERT_DATE_INVALID"},
	{text: "SQLSTATE[HY000] [2002] Connection refused", ask: "SQLSTATE[HY000] [2002]", not: "SQLSTATE[HY000] [2003]"},
	// Numbers and references.
	{text: "as in ticket #20418-7 of last year", ask: "#20418-7", not: "#20419-7"},
	{text: "your reference TCK-2026-000123", ask: "TCK-2026-000123", not: "TCK-2026-000124"},
	{text: "order 4711/0815-B was double", ask: "4711/0815-B", not: "4711/0815-C"},
	{text: "IBAN DE89 3704 0044 0532 0130 00 is wrong", ask: "DE89 3704 0044 0532 0130 00", not: "DE89 3704 0044 0532 0130 01"},
	{text: "commit 9f86d081884c7d65 broke it", ask: "9f86d081884c7d65", not: "9f86d081884c7d66"},
	{text: "session 0198f3c2-7a10-7c3e-9b1a-5d2f4e6a8b90 ended", ask: "0198f3c2-7a10-7c3e-9b1a-5d2f4e6a8b90", not: "0198f3c2-7a10-7c3e-9b1a-5d2f4e6a8b91"},
	// People and places.
	{text: "write to jean.d'arc+bills@mail.example.org please", ask: "jean.d'arc+bills@mail.example.org", not: "jean.d'arc+bills@mail.example.com"},
	{text: "see https://shop.example.net/a/b?id=77&x=%20#top", ask: "https://shop.example.net/a/b?id=77&x=%20#top", not: "shop.example.net/a/c"},
	{text: "it lies in /etc/nginx/sites-enabled/default.conf", ask: "/etc/nginx/sites-enabled/default.conf", not: "/etc/nginx/sites-available/default.conf"},
	{text: `on \\files01\team$\Q3 report.xlsx`, ask: `\\files01\team$\Q3 report.xlsx`, not: `\\files02\team$`},
	{text: "~/.config/app/settings.d/10-local.toml is empty", ask: "~/.config/app/settings.d/10-local.toml", not: "settings.d/11-local.toml"},
	{text: "call +49 (0)30 901820-15 after ten", ask: "+49 (0)30 901820-15", not: "+49 (0)30 901820-16"},
	// Scripts.
	{text: "東京支社のプリンターが印刷できません", ask: "プリンターが印刷できません", not: "プリンターが印刷できます"},
	{text: "无法登录企业邮箱，提示密码错误", ask: "企业邮箱", not: "邮箱企业"},
	{text: "서버가 응답하지 않습니다", ask: "응답하지 않습니다", not: "응답합니다 서버"},
	{text: "Сервер не отвечает уже третий час, ёлки", ask: "сервер НЕ отвечает", not: "отвечает сервер"},
	{text: "Ваш рахунок-фактура ще не надійшов", ask: "рахунок-фактура", not: "фактура-рахунок"},
	{text: "لا يمكنني فتح المُرفَقات في الرسالة", ask: "فتح المرفقات", not: "المرفقات فتح"},
	{text: "איני מצליח להתחבר לשרת", ask: "להתחבר לשרת", not: "לשרת להתחבר"},
	{text: "ไม่สามารถเข้าสู่ระบบได้", ask: "เข้าสู่ระบบ", not: "ระบบเข้าสู่"},
	// Marks above letters, composed and not.
	{text: "Łódź und Kraków, Straße der Jugend", ask: "lodz und krakow, strasse", not: "krakow lodz"},
	{text: "o\u0308ffentlicher Schlu\u0308ssel abgelaufen", ask: "öffentlicher Schlüssel", not: "schlüssel öffentlicher"},
	{text: "ĐẶNG Thị Hồng không nhận được thư", ask: "đặng thị hồng", not: "hong thi dang"},
	{text: "İstanbul şubesi çevrimdışı", ask: "istanbul subesi", not: "subesi istanbul"},
	{text: "ｆｕｌｌｗｉｄｔｈ ＡＢＣ－９８７", ask: "fullwidth ABC-987", not: "ABC-988"},
	{text: "The quick\u00a0brown fox said \u201chel\u00adlo\u201d to us", ask: "quick brown fox said \"hello\"", not: "brown quick fox"},
	// Inflected, and begun.
	{text: "The gateways were rebooting all night", ask: "gateway rebooted", word: true},
	{text: "Die Drucker wurden gestern ausgetauscht", ask: "drucker gestern ausgetau", not: "ausgetauscht gestern", word: true},
}
