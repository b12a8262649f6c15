import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A letter as a server took it. */
export interface Received {
  from: string;
  to: string;
  text: string;
}

/** A real SMTP server on loopback that keeps what it is sent; `refuse` and `answer` make it fail in its ways. */
export async function startSink({
  onRecipient,
  onLetter,
  ...options
}: SMTPServerOptions & {
  /** An error refuses a recipient. */
  onRecipient?: (to: string) => SmtpRefusal | undefined | Promise<SmtpRefusal | undefined>;
  /** Called when a letter is complete and before it is answered; an error refuses it. */
  onLetter?: (letter: Received, drop: () => void) => SmtpRefusal | undefined | Promise<SmtpRefusal | undefined>;
} = {}) {
  const received: Received[] = [];
  let connections = 0;
  const sockets = new Set<{ destroy(): void }>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.secure || options.key ? [] : ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    ...options,
    onConnect(_session, done) {
      connections += 1;
      done();
    },
    onRcptTo({ address }, _session, done) {
      void Promise.resolve(onRecipient?.(address)).then((refusal) => done(refusal));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        const { mailFrom, rcptTo } = session.envelope;
        const letter = {
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo[0].address,
          text: Buffer.concat(chunks).toString('utf8'),
        };
        const refusal = await onLetter?.(letter, () => {
          for (const socket of sockets) socket.destroy();
        });
        if (!refusal) received.push(letter);
        done(refusal);
      });
    },
  });
  // What a closing client leaves behind is no fault of the test.
  server.on('error', () => undefined);
  server.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    url: `smtp${options.secure ? 's' : ''}://127.0.0.1:${port}`,
    received,
    connections: () => connections,
    dropAll: () => {
      for (const socket of sockets) socket.destroy();
    },
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

/** What a server says when it refuses. */
export class SmtpRefusal extends Error {
  readonly responseCode: number;
  constructor(responseCode: number, message: string) {
    super(message);
    this.responseCode = responseCode;
  }
}
