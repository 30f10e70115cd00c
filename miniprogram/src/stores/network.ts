/** Whether the device is on the network. */
import { ref, type Ref } from 'vue'

/** False while the system says that there is no network. */
export const isOnline: Ref<boolean> = ref(true)

/** Follows what the system says. Called once, at launch. */
export function watchNetwork(): void {
  uni.getNetworkType({ success: ({ networkType }) => (isOnline.value = networkType !== 'none') })
  uni.onNetworkStatusChange(({ isConnected }) => (isOnline.value = isConnected))
}
