package main

import "context"

func demo(_ context.Context, _ []string) error { return nil }

func playStory(_ context.Context, _ string) error { return nil }
