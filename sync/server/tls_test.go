package server_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
)

// certify writes a new certificate and its key.
func certify(t *testing.T, dir string, serial int64) (certFile, keyFile string, pool *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tpl := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, tpl, tpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool = x509.NewCertPool()
	pool.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return certFile, keyFile, pool
}

func TestCertificateIsReadAgain(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile, pool := certify(t, dir, 1)
	s := runtest.NewServer(t, "", func(c *run.Config) { c.TLSCert, c.TLSKey = certFile, keyFile })
	serial := func(pool *x509.CertPool, least uint16) (int64, error) {
		c, err := tls.Dial("tcp", strings.TrimPrefix(s.URL, "https://"), &tls.Config{RootCAs: pool, MaxVersion: least})
		if err != nil {
			return 0, err
		}
		defer c.Close()
		return c.ConnectionState().PeerCertificates[0].SerialNumber.Int64(), nil
	}
	if n, err := serial(pool, 0); err != nil || n != 1 {
		t.Fatalf("serial %d: %v", n, err)
	}
	if _, err := serial(pool, tls.VersionTLS11); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
	_, _, pool2 := certify(t, dir, 2)
	s.Reload()
	if n, err := serial(pool2, 0); err != nil || n != 2 {
		t.Errorf("after the files changed: serial %d: %v", n, err)
	}
	if err := os.WriteFile(keyFile, []byte("a mistake"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Reload()
	if n, err := serial(pool2, 0); err != nil || n != 2 {
		t.Errorf("with a broken key file: serial %d: %v", n, err)
	}
}

func TestListenersThatAreRefused(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile, _ := certify(t, dir, 1)
	bad := filepath.Join(dir, "bad.pem")
	if err := os.WriteFile(bad, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		cfg  run.Config
		want string
	}{
		{"plain HTTP for everybody", run.Config{Listen: ":0"}, "Without TLS"},
		{"metrics for everybody", run.Config{Listen: "127.0.0.1:0", Private: ":0"}, "this computer only"},
		{"certificate without key", run.Config{Listen: "127.0.0.1:0", TLSCert: certFile}, "needs its key"},
		{"no certificate", run.Config{Listen: "127.0.0.1:0", TLSCert: bad, TLSKey: keyFile}, "cannot be used"},
		{"no file", run.Config{Listen: "127.0.0.1:0", TLSCert: filepath.Join(dir, "none"), TLSKey: keyFile}, "cannot be used"},
		{"no address", run.Config{Listen: "nowhere:xyz"}, "Cannot listen"},
		{"no folder", run.Config{Listen: "127.0.0.1:0"}, "No data folder"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := run.Serve(t.Context(), c.cfg)
			if err == nil {
				_ = s.Close()
				t.Fatal("it serves")
			}
			e := desk.AsError(err)
			if e.Code != desk.CodeInvalid || !strings.Contains(e.Message, c.want) || e.Hint == "" {
				t.Errorf("got %+v", e)
			}
		})
	}
	t.Run("plain HTTP in so many words", func(t *testing.T) {
		s, err := run.Serve(t.Context(), run.Config{Data: t.TempDir(), Listen: ":0", PlainHTTP: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}
