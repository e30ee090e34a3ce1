package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"docket/sync/cmd/docketd/run"
)

type serveCmd struct {
	store
	Listen    string `help:"Where clients connect." default:"127.0.0.1:7420" placeholder:"HOST:PORT" env:"DOCKET_LISTEN"`
	Private   string `help:"Where health, readiness and metrics are; this computer only. Empty for none." default:"127.0.0.1:7421" placeholder:"HOST:PORT" env:"DOCKET_PRIVATE"`
	TLSCert   string `help:"Certificate file; read again when it changes." name:"tls-cert" type:"path" placeholder:"FILE" env:"DOCKET_TLS_CERT"`
	TLSKey    string `help:"Key file of the certificate." name:"tls-key" type:"path" placeholder:"FILE" env:"DOCKET_TLS_KEY"`
	PlainHTTP bool   `help:"Serve other computers without TLS, because something in front adds it." name:"plain-http"`
	Verbose   bool   `help:"Log more." short:"v"`
}

// Run serves until ctx ends. SIGHUP reloads the certificate and rights.
func (s *serveCmd) Run(ctx context.Context, c console) error {
	level := slog.LevelInfo
	if s.Verbose {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewTextHandler(c.err, &slog.HandlerOptions{Level: level}))
	cfg := s.config()
	cfg.Listen, cfg.Private, cfg.TLSCert, cfg.TLSKey = s.Listen, s.Private, s.TLSCert, s.TLSKey
	cfg.PlainHTTP, cfg.Log = s.PlainHTTP, log
	srv, err := run.Serve(ctx, cfg)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "docketd %s serves %s at %s\n", cfg.Version, s.Data, srv.URL)
	if srv.PrivateURL != "" {
		fmt.Fprintf(c.out, "health and metrics at %s\n", srv.PrivateURL)
	}
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	for {
		select {
		case <-hup:
			srv.Reload()
			log.Info("reloaded")
		case <-ctx.Done():
			log.Info("draining")
			return srv.Close()
		}
	}
}
