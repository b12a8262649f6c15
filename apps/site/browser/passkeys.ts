// Passkeys, on the pages where one signs in and sees to one's account: the browser and the site sign a challenge for each other.

/** The parts of WebAuthn level 3 that browsers have and TypeScript's library does not name yet on every target. */
type Json = Record<string, unknown>;

for (const section of document.querySelectorAll<HTMLElement>('[data-passkey-sign-in]'))
  watch(section, async () => {
    const { options, secret } = await post('/sign-in/passkey', {});
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as never);
    const credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
    const next = section.dataset.passkeySignIn;
    const answer = await post('/sign-in/passkey/finish', { secret, response: credential.toJSON(), next });
    location.assign(String(answer.next));
  });

for (const section of document.querySelectorAll<HTMLElement>('[data-passkey-add]'))
  watch(section, async () => {
    const { options, secret } = await post('/account/passkeys', {});
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as never);
    const credential = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
    const name = section.querySelector('input')?.value ?? '';
    await post('/account/passkeys/finish', { secret, name, response: credential.toJSON() });
    location.assign('/account#passkeys');
    location.reload();
  });

function watch(section: HTMLElement, ceremony: () => Promise<void>): void {
  const button = section.querySelector('button');
  const said = section.querySelector<HTMLElement>('[role="alert"]');
  if (typeof PublicKeyCredential === 'undefined' || !('parseCreationOptionsFromJSON' in PublicKeyCredential)) {
    section.hidden = true;
    return;
  }
  button?.addEventListener('click', async () => {
    button.disabled = true;
    if (said) said.hidden = true;
    try {
      await ceremony();
    } catch (error) {
      if (!said) return;
      // What a browser says when its reader changed their mind, or has no passkey for this site.
      const isCancelled = error instanceof DOMException && error.name === 'NotAllowedError';
      said.textContent = isCancelled ? 'No passkey was used.' : error instanceof Error ? error.message : String(error);
      said.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
}

async function post(path: string, body: Json): Promise<Json> {
  const answer = await fetch(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', accept: 'application/json' },
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.detail ?? 'The site refused it.');
  return said;
}
