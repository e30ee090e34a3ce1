import './styles/index.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { asFault, connect } from './lib/backend';
import { Desk } from './lib/state/desk.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

// A list that is just being read while its person signs out: the door stands there already, and nobody waits for it.
addEventListener('unhandledrejection', (event) => {
  if (asFault(event.reason).code === 'sign_in') event.preventDefault();
});

mount(App, { target, props: { desk: new Desk(await connect()) } });
