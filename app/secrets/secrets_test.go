package secrets_test

import (
	"strings"
	"testing"

	"docket/app/secrets"
)

// TestFind: what stands between ⟦ and ⟧ is found, and nothing else. Tokens of
// others are put together here, so that this file has none.
func TestFind(t *testing.T) {
	key := "-----BEGIN OPENSSH PRIVATE " + "KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\nAAAAMwAAAAtzc2gtZWQyNTUx\n-----END OPENSSH PRIVATE " + "KEY-----"
	for kind, texts := range map[secrets.Kind][]string{
		secrets.Key: {
			"before\n⟦" + key + "⟧\nafter",
			"a text that ends in one ⟦" + key[:60] + "⟧",
			"12:00 started\n⟦b3BlbnNzaC1rZXktdjEAAAAABG5vbmU\nAAAAMwAAAAtzc2gtZWQyNTUx\n-----END RSA PRIVATE " + "KEY-----⟧\nafter",
			"⟦" + key + "⟧ and ⟦" + key + "⟧",
		},
		secrets.Token: {
			"Authorization: Basic ⟦ZWxpZjpodW50ZXIy⟧",
			`{"authorization":"Bearer ⟦abc.def-ghi⟧"}`,
			"curl -H 'authorization: Token ⟦9f8a7b6c5d⟧'",
			"sent bearer ⟦0a1b2c3d4e5f60718293⟧ to it",
			"Cookie: ⟦sid=abc; theme=dark⟧",
			"⟦eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP⟧",
			"id ⟦AKIA" + "IOSFODNN7EXAMPLE⟧.",
			"⟦ghp_" + strings.Repeat("aB3", 12) + "⟧",
			"⟦xoxb-" + "123456789012-abcdefABCDEF⟧",
			"https://hooks.slack.com/services/⟦T000/B000/XXXXYYYY⟧",
			"⟦sk_live_" + "51H8abcdefghijklmnop⟧",
			"aws_secret_access_key = ⟦wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY⟧",
			"GET /hook?access_token=⟦0123456789abcdef⟧&page=2",
			"api-key: ⟦0123456789abcdef⟧",
			"/blob?se=2026&sig=⟦Zm9vYmFyYmF6MTIz%3D⟧",
		},
		secrets.Password: {
			"password=⟦hunter2⟧", "DB_PASSWORD: '⟦correct horse⟧'", `"pwd": "⟦s3cret!⟧"`, "Kennwort: ⟦Sommer2026⟧", "client_secret=⟦abcDEF123⟧&x=1",
			"dsn postgres://shop:⟦p4ss⟧@db:5432/shop", "spring.datasource.password=⟦geheim⟧", "password => ⟦x9y8z7⟧",
		},
		secrets.Card: {
			"card ⟦4111 1111 1111 1111⟧ declined", "⟦4111-1111-1111-1111⟧", "pan=⟦5555555555554444⟧;", "⟦378282246310005⟧", "⟦3782 822463 10005⟧", "⟦2223003122003222⟧",
		},
		secrets.Account: {
			"to ⟦DE89 3704 0044 0532 0130 00⟧, 12 EUR", "⟦GB82WEST12345698765432⟧", "iban:⟦FR1420041010050500013M02606⟧", "⟦NL91ABNA0417164300⟧.",
		},
	} {
		for _, marked := range texts {
			text := strings.NewReplacer("⟦", "", "⟧", "").Replace(marked)
			var got strings.Builder
			at := 0
			for _, f := range secrets.Find(text) {
				got.WriteString(text[at:f.From] + "⟦" + text[f.From:f.To] + "⟧")
				at = f.To
				if f.Kind != kind {
					t.Errorf("%q: %q is a %s, want a %s", marked, text[f.From:f.To], f.Kind, kind)
				}
			}
			got.WriteString(text[at:])
			if got.String() != marked {
				t.Errorf("got  %q\nwant %q", got.String(), marked)
			}
		}
	}
}

// TestNone: what looks a little like one and is none is left in peace.
func TestNone(t *testing.T) {
	for _, text := range []string{
		"", "ticket #4121 and K7-QM4S", "order 4111111111111112", "4111 1111 1111 1112", "order no. 1234 5678 9012 3452",
		"commit da39a3ee5e6b4b0d3255bfef95601890afd80709", "sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"411111111111111141111111111111114111111111111111", "trace 4111111111111111abcdef", "request 8c7f4111111111111111",
		"550e8400-e29b-41d4-a716-446655440000", "2026-11-29T18:40:57.123456Z", "29.11.2026 18:40", "1764441600000", "1764441600000000000",
		"10.0.0.1:8080", "192.168.178.255", "fe80::1ff:fe23:4567:890a", "2001:0db8:0000:0000:0000:8a2e:0370:7334",
		"+49 151 23456789", "+4915123456789", "(030) 1234-5678", "0044 20 7946 0958", "+1 415 555 0132", "00:1B:44:11:3A:B7",
		"password: incorrect", "Password=********", "pwd=/home/elif", "password=${DB_PASSWORD}", "token: null", "tokens: 1200", "secretary: Anna", "the password was changed",
		"passwordless=true", "token_type=bearer_", "bearer of bad tidings everywhere", "Authorization: required", "https://shop.example:8443/a@b", "mailto:elif@shop.example",
		"DE89 3704 0044 0532 0130 01", "DE12", "GB82 and more", "AT611904300234573202", "v1.2.3-rc4", "total 4,111,111,111,111,111", "pi 3.4111111111111111",
		"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGq elif@shop", "password=••••",
	} {
		for _, f := range secrets.Find(text) {
			t.Errorf("%q: found %q, a %s", text, text[f.From:f.To], f.Kind)
		}
	}
}

// FuzzFind: places lie in the text, in order, on whole letters, and what is found
// can be covered.
func FuzzFind(f *testing.F) {
	for _, s := range []string{"password=hunter2 4111 1111 1111 1111", "-----END RSA PRIVATE KEY-----", "DE89 3704 0044 0532 0130 00", "Cookie: ä=ö; x", "\xff\xfepwd:\xff\xff\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at := 0
		for _, x := range secrets.Find(text) {
			if x.From < at || x.To <= x.From || x.To > len(text) || x.Kind == "" {
				t.Fatalf("%+v in %d bytes after %d", x, len(text), at)
			}
			at = x.To
		}
		covered := secrets.Cover(text)
		if len(secrets.Find(text)) > 0 && covered == text {
			t.Fatal("nothing was covered")
		}
	})
}
