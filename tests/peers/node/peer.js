// One command for npm's wechatpay-axios-plugin: JSON on standard input, JSON on standard output.

const { Wechatpay, Rsa, Aes, Formatter } = require('wechatpay-axios-plugin');

const COMMANDS = {
  verifyRequest: ({ method, target, timestamp, nonce, body, signature, publicKey }) => Rsa.verify(
    Formatter.request(method, target, timestamp, nonce, body), signature, Rsa.from(publicKey, 'public'),
  ),
  verifyMessage: ({ parts, signature, publicKey }) => Rsa.verify(
    Formatter.joinedByLineFeed(...parts), signature, Rsa.from(publicKey, 'public'),
  ),
  signNotice: ({ timestamp, nonce, body, privateKey }) => Rsa.sign(
    Formatter.response(timestamp, nonce, body), Rsa.from(privateKey, 'private'),
  ),
  authorization: ({ mchid, nonce, signature, timestamp, serial }) => (
    Formatter.authorization(mchid, nonce, signature, timestamp, serial)
  ),
  seal: ({ text, key, nonce, associatedData }) => Aes.AesGcm.encrypt(text, key, nonce, associatedData),
  open: ({ ciphertext, key, nonce, associatedData }) => Aes.AesGcm.decrypt(ciphertext, key, nonce, associatedData),
  readBill: ({ base64 }) => Formatter.castCsvBill(Buffer.from(base64, 'base64')),
  asMerchant: async ({ baseURL, mchid, serial, privateKey, certs, calls }) => {
    const merchant = new Wechatpay({
      baseURL, mchid, serial, privateKey, certs, secret: '', proxy: false, validateStatus: () => true,
    });
    const answers = [];
    for (const [method, path, body] of calls) {
      const call = merchant.chain(path);
      const { status, data } = await (method === 'get' ? call.get({ params: body }) : call.post(body));
      answers.push({ status, data });
    }
    return answers;
  },
};

(async () => {
  let text = '';
  for await (const piece of process.stdin) { text += piece; }
  const { command, ...input } = JSON.parse(text);
  try {
    process.stdout.write(JSON.stringify({ answer: await COMMANDS[command](input) }));
  } catch (error) {
    process.stdout.write(JSON.stringify({ refusal: String(error.message) }));
  }
})();
