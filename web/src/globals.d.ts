/** Whether the page answers its own requests. */
declare const __MOCK__: boolean
